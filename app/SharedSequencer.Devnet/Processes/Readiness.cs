using System.Net.Http.Headers;

namespace SharedSequencer.Devnet.Processes;

/// <summary>Waits for a program to be of use.</summary>
public static class Readiness
{
    private static readonly HttpClient s_http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(1) }) { Timeout = TimeSpan.FromSeconds(5) };

    /// <summary>Waits until a URL answers with success.</summary>
    /// <exception cref="InvalidOperationException">The process ended, or time is up; with what it said last.</exception>
    public static Task UntilOkAsync(ManagedProcess process, Uri url, TimeSpan limit, CancellationToken cancellation) =>
        UntilAsync(process, $"{url} does not answer with success", limit, async token =>
        {
            using var answer = await s_http.GetAsync(url, token);
            return answer.IsSuccessStatusCode ? null : await answer.Content.ReadAsStringAsync(token);
        }, cancellation);

    /// <summary>Waits until an Ethereum client answers calls.</summary>
    public static Task UntilRpcAsync(ManagedProcess process, Uri url, TimeSpan limit, CancellationToken cancellation) =>
        UntilAsync(process, $"{url} does not answer calls", limit, async token =>
        {
            using var body = new StringContent("""{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}""", MediaTypeHeaderValue.Parse("application/json"));
            using var answer = await s_http.PostAsync(url, body, token);
            return answer.IsSuccessStatusCode ? null : answer.StatusCode.ToString();
        }, cancellation);

    /// <summary>Waits until a check gives null: nothing to complain of.</summary>
    public static async Task UntilAsync(
        ManagedProcess process, string complaint, TimeSpan limit, Func<CancellationToken, Task<string?>> check, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(limit);
        var last = "";
        while (true)
        {
            if (process.HasExited)
                throw new InvalidOperationException($"{process.Spec.Name} ended with code {process.ExitCode}. The end of {process.Spec.LogFile}:\n{process.LogTail()}");
            try
            {
                if (await check(deadline.Token) is not { } problem)
                    return;
                last = problem;
            }
            catch (HttpRequestException e)
            {
                last = e.Message;
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested && !deadline.IsCancellationRequested)
            {
                last = "no answer within 5 s";
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                throw TimeUp();
            }

            try
            {
                await Task.Delay(TimeSpan.FromMilliseconds(25), deadline.Token);
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                throw TimeUp();
            }
        }

        InvalidOperationException TimeUp() => new(
            $"{process.Spec.Name}: {complaint} after {limit.TotalSeconds:0} s ({last}). The end of {process.Spec.LogFile}:\n{process.LogTail()}");
    }
}
