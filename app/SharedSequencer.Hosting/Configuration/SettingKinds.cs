using System.Globalization;

namespace SharedSequencer.Hosting.Configuration;

/// <summary>The kinds of settings that programs declare.</summary>
public abstract partial class Setting
{
    /// <summary>Any text.</summary>
    /// <param name="check">Null when every text is allowed; else <paramref name="allowed"/> says what passes.</param>
    public static Setting<string> Text(
        string key, string defaultValue, string description, string allowed = "text", Func<string, bool>? check = null) =>
        Scalar(key, SettingForm.Text, defaultValue, allowed, description, (string text, out string value) =>
        {
            value = text;
            return check is null || check(text);
        });

    /// <summary>Text that must be given: the default is empty and empty is refused.</summary>
    public static Setting<string> RequiredText(
        string key, string description, string allowed = "text", Func<string, bool>? check = null) =>
        Text(key, "", description, $"{allowed}, and is needed", text => text.Length > 0 && (check is null || check(text)));

    /// <summary>One of a few words.</summary>
    public static Setting<string> Choice(string key, string defaultValue, IReadOnlyList<string> choices, string description) =>
        Text(key, defaultValue, description, $"one of {string.Join(", ", choices)}", choices.Contains);

    /// <summary>A list of texts.</summary>
    public static Setting<IReadOnlyList<string>> Texts(
        string key, IReadOnlyList<string> defaultValue, string description, string allowed = "a list of texts", Func<string, bool>? check = null) =>
        new(key, SettingForm.List, defaultValue, allowed, description, (IReadOnlyList<string> items, out IReadOnlyList<string> value) =>
        {
            value = items;
            return check is null || items.All(check);
        });

    /// <summary>A whole number within bounds.</summary>
    public static Setting<long> Integer(string key, long defaultValue, long minimum, long maximum, string description) =>
        Scalar(
            key, SettingForm.Integer, defaultValue.ToString(CultureInfo.InvariantCulture), $"an integer from {minimum} to {maximum}", description,
            (string text, out long value) =>
                long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value) && value >= minimum && value <= maximum);

    public static Setting<bool> Boolean(string key, bool defaultValue, string description) =>
        Scalar(key, SettingForm.Boolean, defaultValue ? "true" : "false", "true or false", description, (string text, out bool value) =>
        {
            value = text == "true";
            return text is "true" or "false";
        });

    /// <summary>A span of time such as <c>20ms</c>, <c>5s</c>, <c>3m</c>, <c>2h</c> or <c>21d</c>.</summary>
    public static Setting<TimeSpan> Duration(string key, TimeSpan defaultValue, TimeSpan minimum, TimeSpan maximum, string description) =>
        Scalar(
            key, SettingForm.Text, DurationText.Format(defaultValue),
            $"a time such as \"20ms\", \"5s\", \"3m\" or \"2h\", from {DurationText.Format(minimum)} to {DurationText.Format(maximum)}", description,
            (string text, out TimeSpan value) => DurationText.TryParse(text, out value) && value >= minimum && value <= maximum);

    /// <summary>An absolute http or https URL without user, query or fragment.</summary>
    public static Setting<Uri> Url(string key, string defaultValue, string description) =>
        Scalar(key, SettingForm.Text, defaultValue, "a URL such as \"http://127.0.0.1:8080\"", description, (string text, out Uri value) =>
            Uri.TryCreate(text, UriKind.Absolute, out value!)
            && value.Scheme is "http" or "https"
            && value.Query.Length == 0 && value.Fragment.Length == 0 && value.UserInfo.Length == 0);

    /// <summary>Where to listen.</summary>
    public static Setting<ListenAddress> Listen(string key, string defaultValue, string description) =>
        Scalar(key, SettingForm.Text, defaultValue, ListenAddress.Allowed, description, (string text, out ListenAddress value) =>
            ListenAddress.TryParse(text, out value));

    /// <summary>Where to listen, or <c>none</c>.</summary>
    public static Setting<ListenAddress?> ListenOrNone(string key, string defaultValue, string description) =>
        Scalar(key, SettingForm.Text, defaultValue, $"{ListenAddress.Allowed}, or \"none\"", description, (string text, out ListenAddress? value) =>
        {
            value = null;
            return text == "none" || ListenAddress.TryParse(text, out value);
        });

    /// <summary>The same setting, where empty text means none.</summary>
    public static Setting<T?> Optional<T>(Setting<T> inner)
        where T : class =>
        new(inner.Key, inner.Form, inner.DefaultItems, $"{inner.Allowed}, or empty for none", inner.Description,
            (IReadOnlyList<string> items, out T? value) =>
            {
                value = null;
                if (items is [""])
                    return true;
                var good = inner.TryReadTyped(items, out var typed);
                value = typed;
                return good;
            });

    private delegate bool ScalarParser<T>(string text, out T value);

    private static Setting<T> Scalar<T>(
        string key, SettingForm form, string defaultText, string allowed, string description, ScalarParser<T> parser) =>
        new(key, form, [defaultText], allowed, description, (IReadOnlyList<string> items, out T value) => parser(items[0], out value));
}
