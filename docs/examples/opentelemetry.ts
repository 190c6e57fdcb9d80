/** A client whose requests are spans of OpenTelemetry, with their trace sent to the service. */
import { context, propagation, SpanStatusCode, trace } from "@opentelemetry/api";
import { createClient, type BatchClient, type Instrumentation } from "hubspot-batch";

const tracer = trace.getTracer("crm");

const instrument: Instrumentation = {
  request: (event, headers, send) =>
    tracer.startActiveSpan(event.endpoint || "fetch", async (span) => {
      propagation.inject(context.active(), headers, {
        set: (to, name, value) => to.set(name, value),
      });
      try {
        await send();
      } finally {
        span.setAttributes({
          "http.response.status_code": event.status ?? 0,
          "batch.items": event.items,
          "batch.attempt": event.attempt,
        });
        if (event.error) span.setStatus({ code: SpanStatusCode.ERROR, message: event.error.name });
        span.end();
      }
    }),
  event({ type, items, delayMs = 0 }) {
    trace.getActiveSpan()?.addEvent(`batch.${type}`, { items, delayMs });
  },
};

export const tracedClient = (auth: string, baseUrl = "https://api.hubapi.com"): BatchClient =>
  createClient({ auth, baseUrl, instrument });
