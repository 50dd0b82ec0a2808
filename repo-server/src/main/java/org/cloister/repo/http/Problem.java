package org.cloister.repo.http;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.cloister.repo.decide.Refusal;
import org.cloister.repo.decide.Rule;

/**
 * A problem document (RFC 9457).
 *
 * @param type {@code urn:cloister:problem:<rule>}
 * @param detail what happened and why
 * @param remedy what to do next
 */
@JsonPropertyOrder({"type", "title", "status", "detail", "remedy"})
public record Problem(String type, String title, int status, String detail, String remedy) {
    static final String MEDIA_TYPE = "application/problem+json";
    private static final String TYPE = "urn:cloister:problem:";

    public static Problem of(Refusal refusal) {
        Rule rule = refusal.rule();
        String words = rule.text().replace('-', ' ');
        String title = Character.toUpperCase(words.charAt(0)) + words.substring(1);
        return new Problem(TYPE + rule.text(), title, HttpStatus.of(rule), refusal.detail(), refusal.remedy());
    }

    /** Whether it is about who asked, or how often, and not about what was asked for. */
    boolean isOfCaller() {
        return status == 401 || status == 403 || status == 429;
    }

    /** Such as {@code role-missing}. */
    String rule() {
        return type.substring(TYPE.length());
    }

    static Problem of(Rule rule, String detail, String remedy) {
        return of(new Refusal(rule, detail, remedy));
    }

    /** The world failed, or this program is wrong; {@code incident} finds the stack trace in the log. */
    static Problem internal(String incident) {
        return new Problem(
                TYPE + "internal-error",
                "Internal error",
                HttpStatus.INTERNAL_ERROR,
                "the repository failed; its log tells more under incident " + incident,
                "try again; if it stays, ask who runs the repository");
    }
}
