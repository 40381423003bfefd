package io.github.bittensor4j.neuron;

import io.github.bittensor4j.core.BittensorException;
import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.core.tls.TlsIdentity;
import io.github.bittensor4j.subtensor.Network;
import io.github.bittensor4j.wallet.WalletRef;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which chain, which wallet, which subnet and which addresses a neuron uses: from flags, then environment, then the configuration file, then defaults.
 *
 * <table>
 * <caption>Settings</caption>
 * <tr><th>flag</th><th>environment</th><th>file key</th><th>default</th></tr>
 * <tr><td>{@code --network}, {@code -n}</td><td>{@code BT_NETWORK}</td><td>{@code network}</td><td>{@code finney}; also {@code test}, {@code local}, {@code ws://} or {@code wss://}</td></tr>
 * <tr><td>{@code --wallet}, {@code -w}</td><td>{@code BT_WALLET}</td><td>{@code wallet_name}</td><td>{@code default}</td></tr>
 * <tr><td>{@code --wallet-hotkey}, {@code -H}</td><td>{@code BT_WALLET_HOTKEY}</td><td>{@code wallet_hotkey}</td><td>{@code default}</td></tr>
 * <tr><td>{@code --wallet-path}</td><td>{@code BT_WALLET_PATH}</td><td>{@code wallet_path}</td><td>{@code ~/.bittensor/wallets}</td></tr>
 * <tr><td>{@code --netuid}</td><td>{@code BT_NETUID}</td><td>{@code netuid}</td><td>none: required</td></tr>
 * <tr><td>{@code --axon-ip}</td><td>{@code BT_AXON_IP}</td><td>{@code axon_ip}</td><td>{@code 127.0.0.2} on a chain of this machine, else {@code 0.0.0.0}</td></tr>
 * <tr><td>{@code --axon-port}</td><td>{@code BT_AXON_PORT}</td><td>{@code axon_port}</td><td>8091; 0 takes any free port</td></tr>
 * <tr><td>{@code --axon-external-ip}</td><td>{@code BT_AXON_EXTERNAL_IP}</td><td>{@code axon_external_ip}</td><td>the bound address, when others can use it</td></tr>
 * <tr><td>{@code --axon-external-port}</td><td>{@code BT_AXON_EXTERNAL_PORT}</td><td>{@code axon_external_port}</td><td>the bound port</td></tr>
 * <tr><td>{@code --axon-tls}</td><td>{@code JBT_AXON_TLS}</td><td>{@code axon_tls}</td><td>{@code off}; also {@code pinned}, {@code mutual}: {@link TlsMode}</td></tr>
 * <tr><td>{@code --state-dir}</td><td>{@code JBT_STATE_DIR}</td><td>{@code state_dir}</td><td>{@code ~/.bittensor/neurons/WALLET/HOTKEY}</td></tr>
 * <tr><td>{@code --max-registration-price}</td><td>{@code JBT_MAX_REGISTRATION_PRICE}</td><td>{@code max_registration_price}</td><td>none: never registers by itself</td></tr>
 * <tr><td>{@code --config}</td><td>{@code BTCLI_CONFIG_PATH}</td><td></td><td>{@code ~/.bittensor/config.yml}</td></tr>
 * </table>
 *
 * <pre>{@code
 * NeuronConfig config = NeuronConfig.load(args); // or NeuronConfig.builder(network, wallet, netuid) and no files
 * try (Wallet wallet = Wallet.open(config.wallet());
 *         Subtensor chain = Subtensor.connect(config.network());
 *         Miner miner = Miner.builder(config, wallet, chain).serve(SHOUT, handler).start()) {
 *     miner.awaitShutdown();
 * }
 * }</pre>
 *
 * <p>The file is the one of btcli, lines of {@code key: value}; the keys that btcli does not know may stand indented under {@code jbt:}. Keys
 * of others are left alone. Immutable.
 */
public final class NeuronConfig {
    private static final int DEFAULT_AXON_PORT = 8091;
    private static final int MAX_FILE_BYTES = 1 << 20;

    /** How a neuron uses TLS with a key of its own, which is kept in {@code tls.pem} of its state directory and published on chain. */
    public enum TlsMode {
        /** It has no key of its own. A validator still speaks TLS with miners that have published one. */
        OFF,
        /** A miner speaks TLS, and callers know its key from the chain. For a validator the same as {@link #OFF}. */
        PINNED,
        /**
         * Both sides show the keys that they have published: a miner lets nobody call without, and a validator shows its own. The chain keeps a
         * key only beside an address, so a validator publishes the one of {@code --axon-external-ip} and {@code --axon-external-port}, at
         * which it does not listen.
         */
        MUTUAL
    }

    /** One setting: every name it goes by. */
    private enum Setting {
        NETWORK(
                "the chain: finney (default), test, local, or ws:// or wss:// addresses",
                "BT_NETWORK",
                "network",
                "--network",
                "-n"),
        WALLET(
                "the wallet's name; default",
                "BT_WALLET",
                "wallet_name",
                "--wallet",
                "-w",
                "--wallet-name",
                "--wallet.name"),
        HOTKEY(
                "the hotkey within it; default",
                "BT_WALLET_HOTKEY",
                "wallet_hotkey",
                "--wallet-hotkey",
                "-H",
                "--hotkey",
                "--wallet.hotkey"),
        WALLET_PATH(
                "the folder of wallets; ~/.bittensor/wallets",
                "BT_WALLET_PATH",
                "wallet_path",
                "--wallet-path",
                "--wallet.path"),
        NETUID("the subnet's number; required", "BT_NETUID", "netuid", "--netuid"),
        AXON_IP(
                "where a miner listens; 127.0.0.2 on a chain of this machine, else 0.0.0.0",
                "BT_AXON_IP",
                "axon_ip",
                "--axon-ip",
                "--axon.ip"),
        AXON_PORT(
                "at which port; 8091, 0 for any that is free",
                "BT_AXON_PORT",
                "axon_port",
                "--axon-port",
                "--axon.port"),
        EXTERNAL_IP(
                "the address that the chain shows; the one above",
                "BT_AXON_EXTERNAL_IP",
                "axon_external_ip",
                "--axon-external-ip",
                "--axon.external_ip"),
        EXTERNAL_PORT(
                "the port that the chain shows; the one above",
                "BT_AXON_EXTERNAL_PORT",
                "axon_external_port",
                "--axon-external-port",
                "--axon.external_port"),
        TLS("off (default), pinned or mutual", "JBT_AXON_TLS", "axon_tls", "--axon-tls"),
        STATE_DIR(
                "what survives a restart; ~/.bittensor/neurons/WALLET/HOTKEY",
                "JBT_STATE_DIR",
                "state_dir",
                "--state-dir"),
        MAX_PRICE(
                "the most TAO that a seat may cost; never registers without",
                "JBT_MAX_REGISTRATION_PRICE",
                "max_registration_price",
                "--max-registration-price"),
        CONFIG("a file of these settings; ~/.bittensor/config.yml", "BTCLI_CONFIG_PATH", "", "--config");

        final String meaning;
        final String environment;
        final String key;
        final List<String> flags;

        Setting(String meaning, String environment, String key, String... flags) {
            this.meaning = meaning;
            this.environment = environment;
            this.key = key;
            this.flags = List.of(flags);
        }

        String flag() {
            return flags.get(0);
        }

        /** As {@code --help} shows it: the short form, if there is one, and the long one. */
        String names() {
            return Stream.concat(flags.stream().filter(name -> !name.startsWith("--")), Stream.of(flag()))
                    .collect(Collectors.joining(", "));
        }

        String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** A value and the name under which it was given, for the error that may follow. */
    private record Given(String value, String where) {}

    private final Network network;
    private final WalletRef wallet;
    private final Netuid netuid;
    private final InetSocketAddress bind;
    private final Optional<String> publishedIp;
    private final Optional<Integer> publishedPort;
    private final TlsMode tls;
    private final Path stateDir;
    private final Optional<Tao> maxRegistrationPrice;

    private NeuronConfig(Builder builder) {
        network = builder.network;
        wallet = builder.wallet;
        netuid = builder.netuid.orElseThrow(() -> new ConfigException(
                "netuid",
                "--netuid: missing (expected: the number of a subnet, 0-65535, such as --netuid 2)",
                "Give the flag, or set BT_NETUID."));
        bind = builder.bind.orElseGet(() -> defaultBind(network));
        publishedIp = builder.publishedIp;
        publishedPort = builder.publishedPort;
        tls = builder.tls;
        stateDir = builder.stateDir.orElseGet(() -> home(System.getProperty("user.home", "."))
                .resolve("neurons")
                .resolve(wallet.name())
                .resolve(wallet.hotkey()));
        maxRegistrationPrice = builder.maxRegistrationPrice;
    }

    /**
     * Begins a configuration in code, with the same defaults as {@link #load} and without looking at flags, environment or files.
     *
     * @param network the chain
     * @param wallet where the keys are
     * @param netuid the subnet
     * @return a builder
     */
    public static Builder builder(Network network, WalletRef wallet, Netuid netuid) {
        return new Builder(network, wallet).netuid(netuid);
    }

    /**
     * Reads the configuration of this process.
     *
     * @param args the arguments of {@code main}
     * @return the configuration
     * @throws HelpException when {@code --help} or {@code -h} is among the arguments; its message is {@link #usage()}
     * @throws ConfigException when a flag is unknown, a value does not fit, or the netuid is missing; one line that names it
     */
    public static NeuronConfig load(String[] args) {
        return load(args, System.getenv(), Path.of(System.getProperty("user.home", ".")));
    }

    /**
     * What {@code --help} says: every option, its environment variable, what it means and its default.
     *
     * @return lines without one at the end
     */
    public static String usage() {
        StringBuilder text =
                new StringBuilder("Options of a neuron, and the environment variables that stand in for them:");
        for (Setting setting : Setting.values()) {
            text.append(usageOf(setting.names(), setting.environment, setting.meaning));
        }
        return text.append(usageOf("-h, --help", "", "these lines")).toString();
    }

    private static String usageOf(String flags, String environment, String meaning) {
        return String.format("%n  %-26s %-28s %s", flags, environment, meaning);
    }

    static NeuronConfig load(String[] args, Map<String, String> environment, Path userHome) {
        Map<Setting, Given> given = flags(args);
        for (Setting setting : Setting.values()) {
            String value = environment.get(setting.environment);
            if (value != null && !value.isBlank()) {
                given.putIfAbsent(setting, new Given(value.strip(), setting.environment));
            }
        }
        for (Map.Entry<String, String> line :
                file(given.get(Setting.CONFIG), userHome).entrySet()) {
            for (Setting setting : Setting.values()) {
                if (setting.key.equals(line.getKey())) {
                    given.putIfAbsent(
                            setting, new Given(line.getValue(), line.getKey() + " in the configuration file"));
                }
            }
        }
        return new Reader(given, userHome).config();
    }

    private static Map<Setting, Given> flags(String[] args) {
        Map<Setting, Given> given = new EnumMap<>(Setting.class);
        for (int i = 0; i < args.length; i++) {
            String arg = args[i];
            if (arg.equals("--help") || arg.equals("-h")) {
                throw new HelpException(usage());
            }
            int equals = arg.startsWith("--") ? arg.indexOf('=') : -1;
            String flag = equals < 0 ? arg : arg.substring(0, equals);
            Setting setting = Stream.of(Setting.values())
                    .filter(s -> s.flags.contains(flag))
                    .findFirst()
                    .orElseThrow(() -> new ConfigException(
                            "flag",
                            flag + ": not an option of a neuron (options: "
                                    + Stream.of(Setting.values())
                                            .map(Setting::flag)
                                            .collect(Collectors.joining(", "))
                                    + ")",
                            "Every option takes a value: --netuid 2."));
            String value;
            if (equals >= 0) {
                value = arg.substring(equals + 1);
            } else if (i + 1 < args.length && !args[i + 1].startsWith("--")) {
                value = args[++i];
            } else {
                throw new ConfigException(setting.code(), flag + ": its value is missing", "Write " + flag + " VALUE.");
            }
            if (value.isBlank()) {
                throw new ConfigException(setting.code(), flag + ": its value is empty", "Write " + flag + " VALUE.");
            }
            if (given.put(setting, new Given(value, flag)) != null) {
                throw new ConfigException(
                        setting.code(), flag + ": given twice, the second time as \"" + value + "\"", "");
            }
        }
        return given;
    }

    private static Map<String, String> file(@Nullable Given named, Path userHome) {
        Path file =
                named == null ? home(userHome.toString()).resolve("config.yml") : path(named, Setting.CONFIG, userHome);
        if (!Files.exists(file)) {
            if (named == null) {
                return Map.of();
            }
            throw new ConfigException("config", named.where + ": \"" + file + "\" does not exist", "");
        }
        String text;
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new ConfigException(
                        "config", "configuration file " + file + " is longer than " + MAX_FILE_BYTES + " bytes", "");
            }
            text = Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new ConfigException(
                    "config",
                    "configuration file " + file + " can not be read: " + e.getMessage(),
                    "It is text in UTF-8 that this user may read; or name another one with --config.");
        }
        return lines(text);
    }

    /** The plain lines of the file, and those indented under {@code jbt:}. The rest of YAML belongs to other tools and is not ours to judge. */
    private static Map<String, String> lines(String text) {
        Map<String, String> values = new HashMap<>();
        boolean ours = false;
        for (String line : text.lines().toList()) {
            String plain = line.strip();
            int colon = plain.indexOf(':');
            if (plain.isEmpty() || plain.startsWith("#") || colon <= 0) {
                continue;
            }
            boolean indented = Character.isWhitespace(line.charAt(0));
            String key = plain.substring(0, colon).strip();
            String value = plain.substring(colon + 1).strip();
            if (value.length() > 1 && (value.charAt(0) == '"' || value.charAt(0) == '\'')) {
                int end = value.indexOf(value.charAt(0), 1);
                value = end < 0 ? value : value.substring(1, end);
            } else if (value.startsWith("#")) {
                value = "";
            } else if (value.contains(" #")) {
                value = value.substring(0, value.indexOf(" #")).strip();
            }
            if (!indented) {
                ours = key.equals("jbt") && value.isEmpty();
            }
            if ((!indented || ours) && !value.isEmpty() && !value.equals("null") && !value.equals("~")) {
                values.put(key, value);
            }
        }
        return values;
    }

    static InetSocketAddress defaultBind(Network network) {
        return new InetSocketAddress(anyAddress(network), DEFAULT_AXON_PORT);
    }

    /** On one machine the chain refuses 127.0.0.1 as a published address, so what listens there listens on the next one. */
    private static String anyAddress(Network network) {
        return onThisMachine(network) ? "127.0.0.2" : "0.0.0.0";
    }

    /** Whether the chain's node is reached over loopback, so that neurons that serve it live on this machine too. */
    static boolean onThisMachine(Network network) {
        String host = network.endpoint().getHost();
        return host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.\\d{1,3}){3}");
    }

    private static Path home(String userHome) {
        return Path.of(userHome, ".bittensor");
    }

    private static Path path(Given given, Setting setting, Path userHome) {
        String text = given.value;
        try {
            return text.equals("~") || text.startsWith("~/")
                    ? userHome.resolve(text.substring(Math.min(2, text.length())))
                    : Path.of(text);
        } catch (InvalidPathException e) {
            throw new ConfigException(setting.code(), given.where + ": \"" + text + "\" (expected: a path)", "");
        }
    }

    /** Turns what was given into values; every error names the place where the value was given. */
    private record Reader(Map<Setting, Given> given, Path userHome) {
        NeuronConfig config() {
            Network network = read(
                            Setting.NETWORK,
                            Network::parse,
                            "finney, test, local, or a URL such as ws://127.0.0.1:9944")
                    .orElseGet(Network::finney);
            Builder builder = new Builder(network, wallet());
            read(Setting.NETUID, text -> Netuid.of(Integer.parseInt(text)), "a whole number, 0-65535")
                    .ifPresent(builder::netuid);
            addresses(builder);
            builder.stateDir(path(Setting.STATE_DIR)
                    .orElseGet(() -> home(userHome.toString())
                            .resolve("neurons")
                            .resolve(builder.wallet.name())
                            .resolve(builder.wallet.hotkey())));
            read(Setting.TLS, text -> TlsMode.valueOf(text.toUpperCase(Locale.ROOT)), "off, pinned or mutual")
                    .ifPresent(builder::tls);
            read(Setting.MAX_PRICE, Tao::of, "TAO, such as 0.5").ifPresent(builder::maxRegistrationPrice);
            return builder.build();
        }

        private WalletRef wallet() {
            Given name = given.getOrDefault(Setting.WALLET, new Given("default", ""));
            Given hotkey = given.getOrDefault(Setting.HOTKEY, new Given("default", ""));
            Path path = path(Setting.WALLET_PATH)
                    .orElseGet(() -> home(userHome.toString()).resolve("wallets"));
            try {
                return new WalletRef(path, name.value, hotkey.value);
            } catch (BittensorException e) {
                throw new ConfigException(
                        "wallet",
                        Setting.WALLET.flag() + " \"" + name.value + "\", " + Setting.HOTKEY.flag() + " \""
                                + hotkey.value + "\": " + e.getMessage(),
                        e.hint());
            }
        }

        private void addresses(Builder builder) {
            Optional<String> ip = read(Setting.AXON_IP, NeuronConfig::literal, "a literal IP address such as 0.0.0.0");
            Optional<Integer> port = read(Setting.AXON_PORT, text -> port(text, 0), "0-65535, 0 for any free port");
            if (ip.isPresent() || port.isPresent()) {
                String address = ip.orElseGet(() -> anyAddress(builder.network));
                builder.bind(new InetSocketAddress(address, port.orElse(DEFAULT_AXON_PORT)));
            }
            Optional<String> externalIp = read(
                    Setting.EXTERNAL_IP,
                    NeuronConfig::literal,
                    "a literal IP address that others reach, such as 203.0.113.7");
            Optional<Integer> externalPort = read(Setting.EXTERNAL_PORT, text -> port(text, 1), "1-65535");
            externalIp.ifPresent(builder::publishedIp);
            externalPort.ifPresent(builder::publishedPort);
        }

        private Optional<Path> path(Setting setting) {
            return Optional.ofNullable(given.get(setting)).map(g -> NeuronConfig.path(g, setting, userHome));
        }

        private <T> Optional<T> read(Setting setting, Function<String, T> parse, String expected) {
            Given value = given.get(setting);
            if (value == null) {
                return Optional.empty();
            }
            try {
                return Optional.of(parse.apply(value.value));
            } catch (IllegalArgumentException | BittensorException e) {
                throw new ConfigException(
                        setting.code(), value.where + ": \"" + value.value + "\" (expected: " + expected + ")", "");
            }
        }
    }

    private static String literal(String text) {
        boolean v4 = text.matches("\\d{1,3}(\\.\\d{1,3}){3}");
        if (!v4 && !(text.indexOf(':') >= 0 && text.matches("[0-9a-fA-F:.]{2,45}"))) {
            throw new NumberFormatException(
                    text); // a host name would mean a look-up, and the chain stores numbers only
        }
        try {
            return InetAddress.getByName(text).getHostAddress();
        } catch (UnknownHostException e) {
            throw new NumberFormatException(text);
        }
    }

    private static int port(String text, int lowest) {
        int port = Integer.parseInt(text);
        if (port < lowest || port > 65535) {
            throw new NumberFormatException(text);
        }
        return port;
    }

    /**
     * The chain.
     *
     * @return the network to connect to
     */
    public Network network() {
        return network;
    }

    /**
     * Where the keys are.
     *
     * @return the wallet's name, hotkey and folder
     */
    public WalletRef wallet() {
        return wallet;
    }

    /**
     * The subnet.
     *
     * @return its number
     */
    public Netuid netuid() {
        return netuid;
    }

    /**
     * The address that the axon listens on.
     *
     * @return address and port; the port 0 means any free one
     */
    public InetSocketAddress bind() {
        return bind;
    }

    /**
     * The IP address that the chain shall show, when it is not the one the axon listens on.
     *
     * @return a literal address, or empty for the bound one
     */
    public Optional<String> publishedIp() {
        return publishedIp;
    }

    /**
     * The port that the chain shall show, when it is not the one the axon listens on.
     *
     * @return 1 to 65535, or empty for the bound one
     */
    public Optional<Integer> publishedPort() {
        return publishedPort;
    }

    /**
     * How it uses TLS.
     *
     * @return {@link TlsMode#OFF} by default
     */
    public TlsMode tls() {
        return tls;
    }

    /** The key of its own, made at the first call. */
    TlsIdentity tlsIdentity() {
        return TlsIdentity.pinned(stateDir.resolve("tls.pem"));
    }

    /**
     * Where the neuron keeps what must survive a restart.
     *
     * @return a directory, which may not exist yet
     */
    public Path stateDir() {
        return stateDir;
    }

    /**
     * What a seat may cost at most, if the neuron shall take one by itself.
     *
     * @return the highest price, or empty when it never registers by itself
     */
    public Optional<Tao> maxRegistrationPrice() {
        return maxRegistrationPrice;
    }

    /** One line for a log; it holds no secret. */
    @Override
    public String toString() {
        return "network " + network + ", wallet " + wallet.name() + "/" + wallet.hotkey() + ", netuid " + netuid
                + ", axon " + bind.getHostString() + ":" + bind.getPort() + ", state in " + stateDir;
    }

    /** Makes a {@link NeuronConfig}. Not safe for use by many threads. */
    public static final class Builder {
        private final Network network;
        private final WalletRef wallet;
        private Optional<Netuid> netuid = Optional.empty();
        private Optional<InetSocketAddress> bind = Optional.empty();
        private Optional<String> publishedIp = Optional.empty();
        private Optional<Integer> publishedPort = Optional.empty();
        private TlsMode tls = TlsMode.OFF;
        private Optional<Path> stateDir = Optional.empty();
        private Optional<Tao> maxRegistrationPrice = Optional.empty();

        private Builder(Network network, WalletRef wallet) {
            this.network = network;
            this.wallet = wallet;
        }

        private Builder netuid(Netuid value) {
            netuid = Optional.of(value);
            return this;
        }

        /**
         * The address that the axon listens on.
         *
         * @param address address and port; port 0 takes any free one. Default: port 8091 of 127.0.0.2 when the chain is on this machine, else of 0.0.0.0
         * @return this builder
         */
        public Builder bind(InetSocketAddress address) {
            bind = Optional.of(address);
            return this;
        }

        /**
         * The IP address that the chain shall show.
         *
         * @param ip a literal address that others reach. Default: the bound one
         * @return this builder
         */
        public Builder publishedIp(String ip) {
            publishedIp = Optional.of(ip);
            return this;
        }

        /**
         * The port that the chain shall show.
         *
         * @param port 1 to 65535. Default: the bound one
         * @return this builder
         */
        public Builder publishedPort(int port) {
            publishedPort = Optional.of(port);
            return this;
        }

        /**
         * How the neuron uses TLS.
         *
         * @param mode {@link TlsMode#OFF} by default
         * @return this builder
         */
        public Builder tls(TlsMode mode) {
            tls = mode;
            return this;
        }

        /**
         * Where the neuron keeps what must survive a restart.
         *
         * @param directory made when it does not exist. Default: {@code ~/.bittensor/neurons/WALLET/HOTKEY}
         * @return this builder
         */
        public Builder stateDir(Path directory) {
            stateDir = Optional.of(directory);
            return this;
        }

        /**
         * Lets the neuron take a seat by itself, at this price or less.
         *
         * @param price the highest price. Default: none, and the neuron never registers by itself
         * @return this builder
         */
        public Builder maxRegistrationPrice(Tao price) {
            maxRegistrationPrice = Optional.of(price);
            return this;
        }

        /**
         * Makes the configuration.
         *
         * @return an immutable configuration
         */
        public NeuronConfig build() {
            return new NeuronConfig(this);
        }
    }
}
