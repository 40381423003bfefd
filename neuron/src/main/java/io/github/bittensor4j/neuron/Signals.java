package io.github.bittensor4j.neuron;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns the first SIGTERM or Ctrl-C into an orderly end: what waits for it is asked to stop, {@code main} returns, and the exit status is
 * the program's own. A JVM that is left to its default ends such a process with 143 or 130, however well it closed. The second signal is left to
 * that default.
 *
 * <p>Java has no supported name for this but a stable class, {@code sun.misc.Signal}; it is looked up, and where it is missing or taken (the
 * option {@code -Xrs}) a shutdown hook does the same work with the JVM's own exit status.
 */
final class Signals {
    private static final Logger LOG = LoggerFactory.getLogger(Signals.class);
    private static final Set<Runnable> WAITING = new LinkedHashSet<>();
    private static final Map<String, Object> PREVIOUS = new HashMap<>();

    private Signals() {}

    /** Has {@code stop} called, in a thread of its own, at the first signal. */
    static void watch(Runnable stop) {
        synchronized (WAITING) {
            if (WAITING.isEmpty()) {
                install("TERM");
                install("INT");
            }
            WAITING.add(stop);
        }
    }

    /** Ends {@link #watch}; the last one to leave gives the signals back. */
    static void unwatch(Runnable stop) {
        synchronized (WAITING) {
            if (WAITING.remove(stop) && WAITING.isEmpty()) {
                restore();
            }
        }
    }

    private static void arrived(String signal) {
        List<Runnable> all;
        synchronized (WAITING) {
            restore();
            all = new ArrayList<>(WAITING);
        }
        LOG.info("SIG{}: closing in good order; a second one ends the process at once", signal);
        for (Runnable stop : all) {
            Thread thread = new Thread(stop, "neuron-stop");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private static void install(String name) {
        try {
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object ours = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(),
                    new Class<?>[] {handler},
                    (proxy, method, args) -> switch (method.getName()) {
                        case "handle" -> {
                            arrived(name);
                            yield null;
                        }
                        case "equals" -> proxy == args[0];
                        case "hashCode" -> System.identityHashCode(proxy);
                        default -> "bittensor4j signal handler";
                    });
            PREVIOUS.put(name, handle(name, handler, ours));
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            LOG.debug("SIG{} can not be handled here; a shutdown hook does", name, e);
        }
    }

    private static void restore() {
        PREVIOUS.forEach((name, previous) -> {
            try {
                handle(name, Class.forName("sun.misc.SignalHandler"), previous);
            } catch (ReflectiveOperationException | IllegalArgumentException e) {
                LOG.debug("SIG{} could not be given back", name, e);
            }
        });
        PREVIOUS.clear();
    }

    private static Object handle(String name, Class<?> handlerType, Object handler)
            throws ReflectiveOperationException {
        Class<?> type = Class.forName("sun.misc.Signal");
        Object signal = type.getConstructor(String.class).newInstance(name);
        try {
            return type.getMethod("handle", type, handlerType).invoke(null, signal, handler);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException taken) {
                throw taken;
            }
            throw e;
        }
    }
}
