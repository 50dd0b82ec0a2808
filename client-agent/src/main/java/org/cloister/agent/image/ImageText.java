package org.cloister.agent.image;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.cloister.events.DeviceId;
import org.cloister.events.HostEvent.DeviceAttached;
import org.cloister.events.HostEvent.RootTarget;
import org.cloister.events.Port;
import org.cloister.events.Position;
import org.cloister.events.RootName;
import org.cloister.events.ServiceName;
import org.cloister.events.codec.EventCodec;
import org.cloister.events.layer.LayerId;
import org.jspecify.annotations.Nullable;

/** An image as JSON text, in which the agent keeps it beside its checkpoint. */
public final class ImageText {
    /** Version 1 had no {@code settled}, version 2 no {@code recommends} in a target, version 3 no {@code claims}, version 4 no {@code services} and no devices, version 5 no {@code inGuests}. */
    private static final int VERSION = 6;

    private static final String RECOMMENDS = "recommends";

    private ImageText() {}

    private record Root(RootTarget target, LayerId configured) {}

    private enum Kind {
        INSTALL,
        ROLLBACK,
        REMOVAL
    }

    private record Request(Kind kind, Position position, List<RootTarget> targets, List<RootName> roots) {}

    private record Form(
            int version,
            List<Root> roots,
            List<Request> pending,
            @Nullable SortedMap<RootName, Position> settled,
            @Nullable List<PortClaim> claims,
            @Nullable SortedMap<RootName, SortedSet<ServiceName>> services,
            @Nullable SortedSet<RootName> inGuests,
            @Nullable List<DeviceAttached> attached,
            @Nullable SortedMap<RootName, SortedSet<DeviceId>> grants,
            boolean retired) {}

    public static String write(HostImage image) {
        List<Root> roots = image.roots().values().stream()
                .map(root -> new Root(root.target(), root.configured()))
                .toList();
        List<Request> pending =
                image.pending().values().stream().map(ImageText::form).toList();
        List<PortClaim> claims = image.claims().values().stream()
                .flatMap(ofRoot -> ofRoot.values().stream())
                .toList();
        try {
            return EventCodec.json()
                    .writeValueAsString(new Form(
                            VERSION,
                            roots,
                            pending,
                            image.settled(),
                            claims,
                            image.services(),
                            image.inGuests(),
                            List.copyOf(image.devices().attached().values()),
                            image.devices().grants(),
                            image.retired()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an image that can't be written", e);
        }
    }

    /** @throws IllegalArgumentException if {@code text} isn't an image that this program or an earlier one wrote */
    public static HostImage read(String text) {
        Form form;
        try {
            JsonNode tree = EventCodec.json().readTree(text);
            tree.findValues("target").forEach(ImageText::withoutRecommends);
            tree.findValues("targets").forEach(targets -> targets.forEach(ImageText::withoutRecommends));
            form = EventCodec.json().treeToValue(tree, Form.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("not an image: " + e.getOriginalMessage(), e);
        }
        if (form.version() < 1 || form.version() > VERSION) {
            throw new IllegalArgumentException(
                    "an image of version " + form.version() + "; this program knows 1 to " + VERSION);
        }
        SortedMap<RootName, LinkedRoot> roots = new TreeMap<>();
        form.roots().forEach(root -> roots.put(root.target().root(), new LinkedRoot(root.target(), root.configured())));
        SortedMap<Position, PendingRequest> pending = new TreeMap<>();
        form.pending().forEach(request -> pending.put(request.position(), request(request)));
        SortedMap<RootName, SortedMap<Port, PortClaim>> claims = new TreeMap<>();
        if (form.claims() != null) {
            form.claims()
                    .forEach(claim -> claims.computeIfAbsent(claim.root(), root -> new TreeMap<>())
                            .put(claim.inside(), claim));
        }
        SortedMap<RootName, Position> settled = form.settled() == null ? new TreeMap<>() : form.settled();
        SortedMap<RootName, SortedSet<ServiceName>> services =
                form.services() == null ? new TreeMap<>() : form.services();
        SortedSet<RootName> inGuests = form.inGuests() == null ? new TreeSet<>() : form.inGuests();
        return new HostImage(roots, pending, settled, claims, services, inGuests, devices(form), form.retired());
    }

    private static DeviceBook devices(Form form) {
        SortedMap<DeviceId, DeviceAttached> attached = new TreeMap<>();
        if (form.attached() != null) {
            form.attached().forEach(device -> attached.put(device.device(), device));
        }
        return new DeviceBook(attached, form.grants() == null ? new TreeMap<>() : form.grants());
    }

    /** Nothing was resolved otherwise before there was a choice. */
    private static void withoutRecommends(JsonNode target) {
        if (target instanceof ObjectNode object && !object.has(RECOMMENDS)) {
            object.put(RECOMMENDS, false);
        }
    }

    private static Request form(PendingRequest request) {
        if (request instanceof PendingRequest.Install install) {
            return new Request(Kind.INSTALL, install.position(), install.targets(), new ArrayList<>());
        }
        if (request instanceof PendingRequest.Rollback rollback) {
            return new Request(Kind.ROLLBACK, rollback.position(), rollback.targets(), new ArrayList<>());
        }
        return new Request(Kind.REMOVAL, request.position(), new ArrayList<>(), request.roots());
    }

    private static PendingRequest request(Request form) {
        return switch (form.kind()) {
            case INSTALL -> new PendingRequest.Install(form.position(), form.targets());
            case ROLLBACK -> new PendingRequest.Rollback(form.position(), form.targets());
            case REMOVAL -> new PendingRequest.Removal(form.position(), form.roots());
        };
    }
}
