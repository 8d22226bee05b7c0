using NUnit.Framework;
using NUnit.Framework.Internal;
using SharedSequencer.Devnet.Networks;

namespace SharedSequencer.SystemTests.Engine;

/// <summary>
/// One definition of a class's tests for both engines, which its constructor is given: first on the embedded one, and in
/// the suite's slower half on a real CometBFT.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class OnBothEnginesAttribute() : TestFixtureSourceAttribute(typeof(OnBothEnginesAttribute), nameof(Fixtures))
{
    /// <summary>What runs with no CometBFT: <c>test.sh</c> runs it in its fast half.</summary>
    public const string Embedded = nameof(NetworkEngine.Embedded);

    public static IEnumerable<TestFixtureData> Fixtures
    {
        get
        {
            var embedded = new TestFixtureData(NetworkEngine.Embedded);
            embedded.Properties.Add(PropertyNames.Category, Embedded);
            return [embedded, new TestFixtureData(NetworkEngine.CometBft)];
        }
    }
}
