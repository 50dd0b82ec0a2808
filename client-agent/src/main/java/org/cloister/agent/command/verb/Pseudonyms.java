package org.cloister.agent.command.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import org.cloister.agent.command.CommandFailed;
import org.cloister.agent.command.ExitStatus;
import org.cloister.agent.command.Session;
import org.cloister.agent.command.repository.Target;
import org.cloister.events.PersonId;

/**
 * Puts what people are called in the place of their pseudonyms; the repository tells the names to auditors and administrators, and to everybody
 * who was erased. For people to read: scripts get pseudonyms.
 */
record Pseudonyms(Session session) {
    private static final Target LOOKUPS = Target.of("v1", "people", "lookups");
    /** Of one request; the repository takes no more. */
    private static final int MAX_AT_ONCE = 1_000;

    /** The answer with names in its texts, as far as the caller may know them. */
    JsonNode named(JsonNode answer) throws CommandFailed, IOException, InterruptedException {
        Set<String> found = new TreeSet<>();
        Matcher matcher = PersonId.pseudonyms().matcher(answer.toString());
        while (matcher.find()) {
            found.add(matcher.group());
        }
        Map<String, String> names = found.isEmpty() ? Map.of() : names(List.copyOf(found));
        return names.isEmpty() ? answer : replaced(answer, names);
    }

    private Map<String, String> names(List<String> pseudonyms) throws CommandFailed, IOException, InterruptedException {
        Map<String, String> names = new HashMap<>();
        for (int from = 0; from < pseudonyms.size(); from += MAX_AT_ONCE) {
            ObjectNode wanted = session.mapper().createObjectNode();
            ArrayNode people = wanted.putArray("people");
            pseudonyms.subList(from, Math.min(pseudonyms.size(), from + MAX_AT_ONCE)).stream()
                    .map(pseudonym -> pseudonym.substring(pseudonym.indexOf('/') + 1))
                    .forEach(people::add);
            for (JsonNode person : lookUp(wanted)) {
                names.put(person.path("principal").asText(), name(person));
            }
        }
        return names;
    }

    private JsonNode lookUp(ObjectNode wanted) throws CommandFailed, IOException, InterruptedException {
        return session.repository().post(LOOKUPS, wanted).path("people");
    }

    /** Who has this name now. */
    PersonId called(String name) throws CommandFailed, IOException, InterruptedException {
        JsonNode found = lookUp(session.mapper().createObjectNode().put("name", name));
        if (found.size() != 1) {
            throw new CommandFailed(
                    ExitStatus.FAILED,
                    "Nobody is registered under that name now.",
                    "`cloister person list` shows everybody; who was erased is found by --principal PSEUDONYM, and who"
                            + " was named plainly by --principal NAME.");
        }
        return new PersonId(found.path(0).path("person").asText());
    }

    /** What a person is shown as: the name, that they were erased, or the pseudonym where the name isn't told. */
    static String name(JsonNode person) {
        if (person.path("name").isTextual()) {
            return person.path("name").asText();
        }
        return person.path("erased").isObject()
                ? new PersonId(person.path("person").asText()).erased()
                : person.path("principal").asText();
    }

    private static JsonNode replaced(JsonNode node, Map<String, String> names) {
        if (node.isTextual()) {
            return TextNode.valueOf(PersonId.pseudonyms()
                    .matcher(node.asText())
                    .replaceAll(match -> Matcher.quoteReplacement(names.getOrDefault(match.group(), match.group()))));
        }
        JsonNode copy = node.deepCopy();
        if (copy instanceof ObjectNode object) {
            node.properties().forEach(field -> object.set(field.getKey(), replaced(field.getValue(), names)));
        } else if (copy instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, replaced(node.path(i), names));
            }
        }
        return copy;
    }
}
