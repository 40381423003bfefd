package io.github.bittensor4j.cli;

import io.github.bittensor4j.core.AccountId;
import io.github.bittensor4j.core.Signer;
import io.github.bittensor4j.core.Tao;
import io.github.bittensor4j.wallet.KeyMaterial;
import io.github.bittensor4j.wallet.Protection;
import io.github.bittensor4j.wallet.Wallet;
import io.github.bittensor4j.wallet.WalletRef;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Who takes part in the demo, each with a wallet of its own on disk. */
final class DemoCast implements AutoCloseable {
    /** The models of the four miners. */
    enum Model {
        /** A recurrent network, trained. */
        GRU,
        /** The same network, trained briefly. */
        BRIEF,
        /** A count of which character follows which. */
        BIGRAM,
        /** Noise: what the colluder's friend answers. */
        FRIEND;

        /** The name in tables, and as an option's value. */
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What somebody does. */
    enum Role {
        OWNER,
        VALIDATOR,
        COLLUDER,
        MINER;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * One participant.
     *
     * @param name of its wallet
     * @param role what it does
     * @param model what it serves, if it is a miner
     * @param stake what it stakes to its hotkey, if it is a validator
     * @param wallet its keys
     */
    record Player(String name, Role role, Optional<Model> model, Tao stake, Wallet wallet) {
        AccountId hotkeyAccount() {
            return wallet.hotkeyAccount();
        }

        Signer hotkey() {
            return wallet.hotkey();
        }

        Signer coldkey() {
            return wallet.coldkey();
        }
    }

    private final List<Player> players = new ArrayList<>();

    /** Makes the wallets. Their keys guard nothing but the demo, so they are kept plain. */
    DemoCast(Path wallets) {
        add(wallets, "owner", Role.OWNER, Optional.empty(), Tao.ZERO);
        add(wallets, "validator-a", Role.VALIDATOR, Optional.empty(), Tao.of("600"));
        add(wallets, "validator-b", Role.VALIDATOR, Optional.empty(), Tao.of("400"));
        add(wallets, "colluder", Role.COLLUDER, Optional.empty(), Tao.of("300"));
        for (Model model : Model.values()) {
            add(wallets, "miner-" + model.label(), Role.MINER, Optional.of(model), Tao.ZERO);
        }
    }

    private void add(Path wallets, String name, Role role, Optional<Model> model, Tao stake) {
        Wallet wallet = Wallet.create(new WalletRef(wallets, name, WalletRef.DEFAULT_NAME));
        try (KeyMaterial cold = KeyMaterial.generate();
                KeyMaterial hot = KeyMaterial.generate()) {
            wallet.saveColdkey(cold, Protection.none());
            wallet.saveHotkey(hot, Protection.none());
        }
        players.add(new Player(name, role, model, stake, wallet));
    }

    List<Player> all() {
        return List.copyOf(players);
    }

    Player owner() {
        return players.get(0);
    }

    /** Everyone who takes a seat: validators first. */
    List<Player> neurons() {
        return players.stream().filter(p -> p.role() != Role.OWNER).toList();
    }

    List<Player> validators() {
        return players.stream()
                .filter(p -> p.role() == Role.VALIDATOR || p.role() == Role.COLLUDER)
                .toList();
    }

    List<Player> miners() {
        return players.stream().filter(p -> p.role() == Role.MINER).toList();
    }

    /** The colluder's friend. */
    Player friend() {
        return miners().get(Model.FRIEND.ordinal());
    }

    @Override
    public void close() {
        players.forEach(p -> p.wallet().close());
    }
}
