package io.github.bittensor4j.cli;

/** What the demo shows while it runs: its steps, progress of what takes time, and the live table. On a terminal the table stays in place. */
final class DemoBoard {
    private static final String UP_AND_CLEAR = "\u001b[%dA\u001b[J";
    /** Without a terminal a table is a block of log lines: fewer of them. */
    private static final int EVERY_NTH_TABLE = 10;

    private final Output output;
    private final boolean terminal;
    private final long started = System.nanoTime();
    private int shownLines;
    private int tables;

    DemoBoard(Output output) {
        this.output = output;
        // On JDK 22 and later a console object exists even where output is redirected, so the variable decides as well.
        this.terminal = System.console() != null
                && System.getenv("TERM") != null
                && System.getenv("NO_COLOR") == null
                && !"dumb".equals(System.getenv("TERM"));
    }

    /** A step of the story. */
    synchronized void step(String text) {
        shownLines = 0;
        print(String.format("%5.1f s  %s", seconds(), text));
    }

    /** The state of something that takes time; on a terminal it replaces the one before. */
    synchronized void progress(String text, boolean important) {
        if (terminal) {
            replace(String.format("%5.1f s  %s", seconds(), text));
        } else if (important) {
            print(String.format("%5.1f s  %s", seconds(), text));
        }
    }

    /** The table as it stands now. */
    synchronized void table(String text) {
        if (terminal) {
            replace(text);
        } else if (tables++ % EVERY_NTH_TABLE == 0) {
            print(text);
        }
    }

    double seconds() {
        return (System.nanoTime() - started) / 1e9;
    }

    private void replace(String text) {
        if (output.quiet || output.json) {
            return;
        }
        String up = shownLines == 0 ? "" : String.format(UP_AND_CLEAR, shownLines);
        output.line(up + text);
        shownLines = (int) text.lines().count();
    }

    private void print(String text) {
        if (!output.quiet && !output.json) {
            output.line(text);
        }
    }
}
