package org.cloister.agent.service;

import java.util.List;

/** The states of a service as a function (systemd.service(5)). */
public final class ServiceMachine {
    private ServiceMachine() {}

    /** The state that follows, and what is to be done, in this order. */
    public record Step(ServiceState state, List<Action> actions) {
        public Step {
            actions = List.copyOf(actions);
        }
    }

    /** Total: an input that doesn't fit the state changes nothing. @param now in milliseconds of a clock that never goes back */
    public static Step step(ServiceUnit unit, ServiceState state, Input input, long now) {
        return new Transition(unit, state, now).on(input);
    }
}
