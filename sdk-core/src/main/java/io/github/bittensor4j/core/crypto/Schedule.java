package io.github.bittensor4j.core.crypto;

import java.util.Arrays;

/**
 * What is to be added at each place of a sum: whole numbers, of which only their maker knows the meaning. A linked list for each
 * place, so that nobody looks at the digits that are zero, and nothing is counted or moved.
 */
final class Schedule {
    // Of each place the index of its latest entry, and of each entry that of the one before it at the same place.
    private final int[] latest;
    private final int[] before;
    private final int[] entries;
    private int count;

    /** For so many places and not more than so many entries. */
    Schedule(int places, int capacity) {
        latest = new int[places];
        Arrays.fill(latest, -1);
        before = new int[capacity];
        entries = new int[capacity];
    }

    void add(int place, int entry) {
        before[count] = latest[place];
        entries[count] = entry;
        latest[place] = count++;
    }

    /** A cursor at an entry of a place; below zero when there is none. */
    int first(int place) {
        return latest[place];
    }

    /** The cursor at another entry of the same place; below zero after the last. */
    int next(int cursor) {
        return before[cursor];
    }

    int entry(int cursor) {
        return entries[cursor];
    }
}
