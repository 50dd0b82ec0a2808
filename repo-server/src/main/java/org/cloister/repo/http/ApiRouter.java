package org.cloister.repo.http;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.openapi.router.RouterBuilder;
import io.vertx.openapi.contract.OpenAPIContract;
import java.util.Map;

/** Makes the router: every described operation has an endpoint, and every endpoint is described. */
final class ApiRouter {
    private ApiRouter() {}

    static Future<Router> create(
            Vertx vertx,
            ApiDocument document,
            Admission admission,
            RefusalLog refusals,
            Map<String, Endpoint> endpoints) {
        if (!document.operations().keySet().equals(endpoints.keySet())) {
            throw new IllegalStateException("openapi.yaml describes "
                    + document.operations().keySet() + ", and there are endpoints for " + endpoints.keySet());
        }
        return OpenAPIContract.from(vertx, document.validated()).map(contract -> {
            RouterBuilder builder = RouterBuilder.create(vertx, new PreparedContract(contract), admission);
            builder.rootHandler(context -> {
                context.response().putHeader("X-Content-Type-Options", "nosniff");
                context.next();
            });
            endpoints.forEach((operation, endpoint) -> builder.getRoute(operation)
                    .setDoSecurity(false)
                    .addHandler(context -> endpoint.answer(new Exchange(context)))
                    .addFailureHandler(context -> answer(context, operation, refusals)));
            return withAnswersForTheRest(builder.createRouter());
        });
    }

    private static void answer(RoutingContext context, String operation, RefusalLog refusals) {
        Problem problem = Failures.problem(context);
        if (problem.isOfCaller()) {
            String address = context.request().remoteAddress().hostAddress();
            refusals.note(Admission.principal(context), address, operation, problem.rule());
        }
        Replies.problem(context, problem);
    }

    private static Router withAnswersForTheRest(Router router) {
        router.route().last().handler(context -> Replies.problem(context, Failures.notFound(context)));
        router.route().last().failureHandler(Failures::answer);
        for (int status : new int[] {400, 404, 405, 406, 413, 415, 500, 501}) {
            router.errorHandler(status, Failures::answer);
        }
        return router;
    }
}
