using SharedSequencer.Bitcoin;
using SharedSequencer.Bitcoin.Anchoring;
using SharedSequencer.Bitcoin.Rpc;
using SharedSequencer.Bitcoin.Wallet;
using SharedSequencer.Hosting.Configuration;

namespace SharedSequencer.Relayer.Configuration;

/// <summary>What anchoring needs of the configuration; the chain's tag is filled in when the chain is known.</summary>
internal sealed record AnchorOptions(BitcoinRpcOptions Rpc, AnchorPosterOptions Poster)
{
    /// <exception cref="ConfigurationException">Values do not fit together.</exception>
    public static AnchorOptions From(SettingValues settings, string home)
    {
        var cookie = settings.Get(RelayerSettings.BitcoinCookieFile);
        var passwordFile = settings.Get(RelayerSettings.BitcoinPasswordFile);
        var options = new AnchorOptions(
            new BitcoinRpcOptions
            {
                Url = settings.Get(RelayerSettings.BitcoinUrl),
                CookieFile = cookie.Length > 0 ? cookie : null,
                User = cookie.Length > 0 ? null : settings.Get(RelayerSettings.BitcoinUser),
                Password = cookie.Length > 0 || passwordFile.Length == 0 ? null : PrivateFile.Read(passwordFile),
            },
            new AnchorPosterOptions
            {
                Network = BitcoinNetwork.Parse(settings.Get(RelayerSettings.BitcoinNetwork)),
                ChainTag = default,
                StateFile = Path.Combine(home, "data", "anchors.json"),
                Policy = new AnchorPolicy
                {
                    MaximumBlocks = (ulong)settings.Get(RelayerSettings.CheckpointBlocks),
                    MaximumDelay = settings.Get(RelayerSettings.CheckpointDelay),
                },
                RequiredConfirmations = (int)settings.Get(RelayerSettings.Confirmations),
                FeeCap = FeeRate.PerVirtualByte((ulong)settings.Get(RelayerSettings.FeeCap)),
                PollInterval = settings.Get(RelayerSettings.BitcoinPoll),
            });
        try
        {
            options.Rpc.Validate();
            options.Poster.Validate();
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw new ConfigurationException(e.Message);
        }

        return options;
    }
}
