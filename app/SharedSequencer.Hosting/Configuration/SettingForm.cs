namespace SharedSequencer.Hosting.Configuration;

/// <summary>How a setting is written in TOML. In the environment each form is plain text, a list's items apart by commas.</summary>
public enum SettingForm
{
    /// <summary><c>"text"</c></summary>
    Text,

    /// <summary><c>42</c></summary>
    Integer,

    /// <summary><c>true</c> or <c>false</c></summary>
    Boolean,

    /// <summary><c>["one", "two"]</c></summary>
    List,
}
