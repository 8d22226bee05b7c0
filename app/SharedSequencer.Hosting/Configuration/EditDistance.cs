namespace SharedSequencer.Hosting.Configuration;

/// <summary>Levenshtein's distance, to suggest the name that was meant.</summary>
internal static class EditDistance
{
    public static int Between(string a, string b)
    {
        if (a.Length > 100 || b.Length > 100)
            return int.MaxValue;
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
