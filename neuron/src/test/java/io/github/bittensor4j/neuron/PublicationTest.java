package io.github.bittensor4j.neuron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.bittensor4j.core.Endpoint;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PublicationTest {
    private static Endpoint choose(String bound, boolean sameMachine) {
        return Publication.choose(Optional.empty(), Optional.empty(), new InetSocketAddress(bound, 8091), sameMachine);
    }

    @Test
    void a_bound_address_that_others_can_use_is_published() {
        assertThat(choose("127.0.0.2", true)).isEqualTo(new Endpoint("127.0.0.2", 8091));
        assertThat(choose("0.0.0.0", true)).isEqualTo(new Endpoint("127.0.0.2", 8091));
    }

    @Test
    void what_is_given_goes_before_what_is_bound() {
        assertThat(Publication.choose(
                        Optional.of("203.0.113.7"), Optional.of(443), new InetSocketAddress("0.0.0.0", 8091), false))
                .isEqualTo(new Endpoint("203.0.113.7", 443));
    }

    @Test
    void listening_on_all_addresses_of_a_server_asks_for_the_one_to_publish() {
        assertThatThrownBy(() -> choose("0.0.0.0", false))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("--axon-external-ip: missing");
    }

    @Test
    void the_address_that_the_chain_refuses_is_explained_before_it_is_sent() {
        for (String refused : new String[] {"127.0.0.1", "::1"}) {
            assertThatThrownBy(() -> Publication.check(new Endpoint(refused, 8091)))
                    .isInstanceOfSatisfying(ConfigException.class, e -> {
                        assertThat(e.getMessage()).contains(refused).contains("InvalidIpAddress");
                        assertThat(e.hint()).contains("127.0.0.2").contains("sudo ifconfig lo0 alias 127.0.0.2 up");
                    });
        }
    }

    @Test
    void a_name_and_the_address_that_means_not_serving_are_refused() {
        assertThatThrownBy(() -> Publication.check(new Endpoint("miner.example", 1)))
                .hasMessageContaining("no names");
        assertThatThrownBy(() -> Publication.check(new Endpoint("0.0.0.0", 1))).hasMessageContaining("not serving");
        assertThatThrownBy(() -> Publication.check(new Endpoint("999.1.1.1", 1)))
                .hasMessageContaining("999.1.1.1");
    }

    @Test
    void a_port_that_can_not_be_opened_on_a_second_loopback_address_tells_what_macos_needs() {
        assertThat(Publication.bindHint(new InetSocketAddress("127.0.0.3", 1), "Cannot assign requested address"))
                .contains("sudo ifconfig lo0 alias 127.0.0.3 up");
        assertThat(Publication.bindHint(new InetSocketAddress("127.0.0.1", 1), "Permission denied"))
                .doesNotContain("ifconfig");
        assertThat(Publication.bindHint(new InetSocketAddress("127.0.0.3", 1), "Address already in use"))
                .contains("--axon-port")
                .doesNotContain("ifconfig");
    }
}
