using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SharedSequencer.Hosting.Http;

namespace SharedSequencer.Node.Api.Description;

/// <summary><c>/openapi.json</c>.</summary>
public sealed class DescriptionEndpoint(JsonAnswers answers)
{
    private readonly Lazy<byte[]> _document = new(() => OpenApiDocument.Write(typeof(DescriptionEndpoint).Assembly.GetName().Version!.ToString(3)));

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet(
        OperationTable.DocumentPath, (RequestDelegate)(context => answers.WriteAsync(context, _document.Value, AnswerLife.Steady)));
}
