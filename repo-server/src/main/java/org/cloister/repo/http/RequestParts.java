package org.cloister.repo.http;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import io.vertx.openapi.validation.RequestParameter;
import io.vertx.openapi.validation.ValidatableRequest;
import io.vertx.openapi.validation.impl.RequestParameterImpl;
import io.vertx.openapi.validation.impl.ValidatableRequestImpl;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cloister.repo.decide.Rule;
import org.jspecify.annotations.Nullable;

/**
 * Takes a request apart for the validator. Vert.x' own way decodes twice and reads {@code +} in a path as a space, which {@code
 * g++} doesn't survive; here a path segment is percent-decoded once (RFC 3986) and a query parameter is taken as it was decoded.
 */
final class RequestParts {
    private RequestParts() {}

    /** @throws RefusedException if the query has parameters that the operation doesn't know, or one of them twice */
    static ValidatableRequest of(
            RoutingContext context, Operation operation, Set<String> known, @Nullable Buffer body) {
        HttpServerRequest request = context.request();
        checkQuery(request, known);
        Map<String, RequestParameter> path = new HashMap<>();
        Map<String, RequestParameter> query = new HashMap<>();
        Map<String, RequestParameter> headers = new HashMap<>();
        for (Parameter parameter : operation.getParameters()) {
            String name = parameter.getName();
            switch (parameter.getIn()) {
                case PATH -> path.put(name, value(segment(context, operation, name)));
                case QUERY -> query.put(name, value(request.params().get(name)));
                case HEADER -> headers.put(name, value(request.getHeader(name)));
                case COOKIE ->
                    throw new IllegalStateException("no operation has cookies: " + operation.getOperationId());
            }
        }
        return new ValidatableRequestImpl(
                Map.of(), headers, path, query, new RequestParameterImpl(body), request.getHeader("Content-Type"));
    }

    private static RequestParameter value(@Nullable String text) {
        return new RequestParameterImpl(text);
    }

    private static void checkQuery(HttpServerRequest request, Set<String> known) {
        if (request.query() == null) {
            return;
        }
        for (Map.Entry<String, List<String>> entry :
                new QueryStringDecoder(request.query(), false).parameters().entrySet()) {
            if (!known.contains(entry.getKey()) || entry.getValue().size() > 1) {
                throw RefusedException.of(
                        Rule.MALFORMED_REQUEST,
                        "the query parameter " + entry.getKey() + " is unknown here or there twice",
                        known.isEmpty() ? "leave it out" : "use each of " + known + " at most once");
            }
        }
    }

    private static @Nullable String segment(RoutingContext context, Operation operation, String name) {
        String[] template = operation.getOpenAPIPath().split("/");
        String[] segments = context.normalizedPath().split("/");
        for (int i = 0; i < template.length && i < segments.length; i++) {
            if (template[i].equals("{" + name + "}")) {
                return QueryStringDecoder.decodeComponent(segments[i].replace("+", "%2B"));
            }
        }
        return null;
    }
}
