package org.cloister.repo.audit;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Numbers for things that stand in many rows, from 0 in the order in which they come. One thread gives numbers; any may look up, and
 * sees at least what was there when a position that it waited for was reached.
 */
final class Numbering<T> {
    private static final int FIRST_CAPACITY = 64;

    /** What {@link #find} says of a thing that has no number. */
    static final int NONE = -1;

    private final Map<T, Integer> numbers = new ConcurrentHashMap<>();
    private volatile Object[] things = new Object[FIRST_CAPACITY];
    private volatile int size;

    /** The thing's number, a new one if it has none. */
    int of(T thing) {
        Integer known = numbers.get(thing);
        if (known != null) {
            return known;
        }
        int number = size;
        if (number == things.length) {
            things = Arrays.copyOf(things, 2 * number);
        }
        things[number] = thing;
        size = number + 1;
        numbers.put(thing, number);
        return number;
    }

    int find(T thing) {
        return numbers.getOrDefault(thing, NONE);
    }

    /** @throws IndexOutOfBoundsException if no thing has this number */
    @SuppressWarnings("unchecked") // only things are put there
    T get(int number) {
        if (number >= size) {
            throw new IndexOutOfBoundsException(number);
        }
        return (T) things[number];
    }

    int size() {
        return size;
    }
}
