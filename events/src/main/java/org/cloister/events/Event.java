package org.cloister.events;

/** A fact, in the past tense. Immutable. One sealed family for each kind of stream. */
public sealed interface Event
        permits PackageEvent,
                MirrorEvent,
                ClosureEvent,
                HostEvent,
                AccessEvent,
                UserEvent,
                DistributionEvent,
                AdvisoryEvent,
                AuditEvent,
                PoolEvent,
                TrustEvent {}
