package org.cloister.agent.remote;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** A control paragraph by field name, whatever its case; in the order in which it came. */
public record PackageControl(Map<String, String> fields) {
    public PackageControl {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }

    /** Empty where the field is missing. */
    public String get(String field) {
        Map<String, String> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        byName.putAll(fields);
        return byName.getOrDefault(field, "");
    }

    public boolean isEssential() {
        return get("Essential").equals("yes");
    }
}
