using SharedSequencer.Grpc.Calls;
using SharedSequencer.Grpc.Messages.Health;
using SharedSequencer.Grpc.Server;
using ServingStatus = SharedSequencer.Grpc.Messages.Health.HealthCheckResponse.Types.ServingStatus;

namespace SharedSequencer.Grpc.Services;

/// <summary><c>grpc.health.v1.Health</c>: of the server as a whole (the empty name) and of each of its services.</summary>
public sealed class HealthService
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ServingStatus> _statuses;
    private TaskCompletionSource _changed = NewSignal();

    internal HealthService(IEnumerable<string> services) =>
        _statuses = services.Append("").ToDictionary(service => service, _ => ServingStatus.NotServing);

    /// <summary>Sets the status of the server and of all its services.</summary>
    public void SetAll(bool isServing)
    {
        var status = isServing ? ServingStatus.Serving : ServingStatus.NotServing;
        lock (_lock)
        {
            if (_statuses[""] == status)
                return;
            foreach (var service in _statuses.Keys.ToList())
                _statuses[service] = status;
            _changed.SetResult();
            _changed = NewSignal();
        }
    }

    public Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context)
    {
        var (status, _) = Read(request.Service);
        return status == ServingStatus.ServiceUnknown
            ? throw new RpcException(new Status(StatusCode.NotFound, "This server has no service of that name."))
            : Task.FromResult(new HealthCheckResponse { Status = status });
    }

    public async Task Watch(HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responses, ServerCallContext context)
    {
        ServingStatus? sent = null;
        while (true)
        {
            var (status, changed) = Read(request.Service);
            if (status != sent)
                await responses.WriteAsync(new HealthCheckResponse { Status = status });
            sent = status;
            await changed.WaitAsync(context.CancellationToken);
        }
    }

    private (ServingStatus Status, Task Changed) Read(string service)
    {
        lock (_lock)
            return (_statuses.GetValueOrDefault(service, ServingStatus.ServiceUnknown), _changed.Task);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
