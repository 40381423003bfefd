package io.github.bittensor4j.cli;

import java.util.ArrayList;
import java.util.List;

/** Rows in aligned columns; a column whose cells are all numbers is set flush right. */
final class Table {
    private final List<String> head;
    private final List<List<String>> rows = new ArrayList<>();

    Table(String... head) {
        this.head = List.of(head);
    }

    Table row(Object... cells) {
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(String.valueOf(cell));
        }
        if (row.size() != head.size()) {
            throw new IllegalArgumentException(row.size() + " cells under " + head.size() + " heads");
        }
        rows.add(row);
        return this;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        int columns = head.size();
        int[] width = new int[columns];
        boolean[] right = new boolean[columns];
        for (int c = 0; c < columns; c++) {
            width[c] = head.get(c).length();
            right[c] = !rows.isEmpty();
            for (List<String> row : rows) {
                width[c] = Math.max(width[c], row.get(c).length());
                right[c] &= row.get(c).matches("[-+]?[0-9.,]*%?");
            }
        }
        line(text, head, width, right);
        for (List<String> row : rows) {
            line(text, row, width, right);
        }
        return text.toString().stripTrailing();
    }

    private static void line(StringBuilder text, List<String> cells, int[] width, boolean[] right) {
        StringBuilder line = new StringBuilder();
        for (int c = 0; c < cells.size(); c++) {
            String pad = " ".repeat(width[c] - cells.get(c).length());
            line.append(right[c] ? pad + cells.get(c) : cells.get(c) + pad).append("  ");
        }
        text.append(line.toString().stripTrailing()).append(System.lineSeparator());
    }
}
