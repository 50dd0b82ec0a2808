package org.cloister.repo.apt;

import java.util.Locale;
import java.util.Set;

/**
 * A paragraph of control syntax without some of its fields, comments and empty lines: what stays is as it was written. Names are
 * without regard to case (Debian Policy 5.1).
 *
 * @param dropped in lower case
 */
record FieldFilter(Set<String> dropped) {
    StringBuilder apply(String paragraph) {
        StringBuilder text = new StringBuilder(paragraph.length() + 300);
        boolean wanted = false;
        int start = 0;
        while (start < paragraph.length()) {
            int feed = paragraph.indexOf('\n', start);
            int end = feed < 0 ? paragraph.length() : feed;
            String line = paragraph.substring(start, end).stripTrailing();
            start = end + 1;
            if (line.isEmpty() || line.charAt(0) == '#') {
                continue;
            }
            if (line.charAt(0) != ' ' && line.charAt(0) != '\t') {
                String field = line.substring(0, Math.max(0, line.indexOf(':')));
                wanted = !dropped.contains(field.strip().toLowerCase(Locale.ROOT));
            }
            if (wanted) {
                text.append(line).append('\n');
            }
        }
        return text;
    }
}
