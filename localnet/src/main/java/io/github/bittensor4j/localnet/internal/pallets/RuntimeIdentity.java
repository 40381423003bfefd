package io.github.bittensor4j.localnet.internal.pallets;

import io.github.bittensor4j.localnet.internal.declare.ApiDeclaration;
import io.github.bittensor4j.localnet.internal.declare.Declarations;
import io.github.bittensor4j.localnet.internal.declare.Values;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.crypto.digests.Blake2bDigest;

/** Which runtime this chain says it is: what clients choose their metadata and signatures by. */
public final class RuntimeIdentity {
    /** The runtime's name. */
    public static final String SPEC_NAME = "node-subtensor";

    /** The version of everything declared; signed by every extrinsic. */
    public static final int SPEC_VERSION = 461;

    /** The version of the form of extrinsics; signed by every extrinsic. */
    public static final int TRANSACTION_VERSION = 1;

    /** The layout of state and roots. */
    public static final int STATE_VERSION = 1;

    private RuntimeIdentity() {}

    /**
     * The identity as the constant {@code System.Version}.
     *
     * @param declarations what is declared
     * @return its SCALE bytes
     */
    public static byte[] encode(Declarations declarations) {
        return Values.encode(declarations.types().of("RuntimeVersion"), plain(declarations));
    }

    /**
     * The identity as a plain value of {@code RuntimeVersion}.
     *
     * @param declarations what is declared
     * @return by field name
     */
    public static Map<String, Object> plain(Declarations declarations) {
        Map<String, Object> version = new LinkedHashMap<>();
        version.put("spec_name", SPEC_NAME);
        version.put("impl_name", SPEC_NAME);
        version.put("authoring_version", 1L);
        version.put("spec_version", (long) SPEC_VERSION);
        version.put("impl_version", 1L);
        version.put("apis", apis(declarations.apis().values()));
        version.put("transaction_version", (long) TRANSACTION_VERSION);
        version.put("system_version", STATE_VERSION);
        return version;
    }

    private static List<Object> apis(Collection<ApiDeclaration> apis) {
        return apis.stream()
                .<Object>map(api -> List.of(apiId(api.name()), (long) api.version()))
                .toList();
    }

    /** Blake2b of eight bytes: not the beginning of a longer hash. */
    private static byte[] apiId(String name) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        Blake2bDigest digest = new Blake2bDigest(64);
        digest.update(text, 0, text.length);
        byte[] id = new byte[8];
        digest.doFinal(id, 0);
        return id;
    }
}
