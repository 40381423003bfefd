package io.github.bittensor4j.subtensor.intents;

import io.github.bittensor4j.core.Netuid;
import io.github.bittensor4j.subtensor.Call;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** What accounts and subnets say of themselves. All of it is public for ever. */
public final class Identities {
    private static final String NOTHING = "\"\"";

    private Identities() {}

    /**
     * Texts as their bytes. Those that say something have to be known to the runtime; the empty ones are for runtimes that ask for them.
     */
    private static Call call(String function, Map<String, Object> first, String... namesAndTexts) {
        Map<String, Object> said = new LinkedHashMap<>(first);
        Map<String, Object> empty = new LinkedHashMap<>();
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            String text = namesAndTexts[i + 1];
            (text.isEmpty() ? empty : said).put(namesAndTexts[i], text.getBytes(StandardCharsets.UTF_8));
        }
        return Call.of(Planning.MODULE, function, said).whenAsked(empty);
    }

    /**
     * Says who the coldkey is. What was said before is replaced as a whole.
     *
     * @param name its name
     * @param url a web site
     * @param githubRepo a repository
     * @param image the address of a picture
     * @param discord how to be reached there
     * @param description more in words
     * @param additional anything else
     */
    @Operation("says who the coldkey is")
    public record SetIdentity(
            String name,
            @JsonField(otherwise = NOTHING) String url,
            @JsonField(otherwise = NOTHING) String githubRepo,
            @JsonField(otherwise = NOTHING) String image,
            @JsonField(otherwise = NOTHING) String discord,
            @JsonField(otherwise = NOTHING) String description,
            @JsonField(otherwise = NOTHING) String additional)
            implements Intent {
        @Override
        public Draft draft(Planning planning) {
            return Draft.of(call(
                            "set_identity",
                            Map.of(),
                            "name",
                            name,
                            "url",
                            url,
                            "github_repo",
                            githubRepo,
                            "image",
                            image,
                            "discord",
                            discord,
                            "description",
                            description,
                            "additional",
                            additional))
                    .effect("says that " + planning.account() + " is \"" + name + "\"");
        }
    }

    /**
     * Says what a subnet is. What was said before is replaced as a whole.
     *
     * @param netuid the subnet
     * @param subnetName its name
     * @param githubRepo its repository
     * @param subnetContact whom to write to
     * @param subnetUrl its web site
     * @param discord how to reach its people
     * @param description more in words
     * @param logoUrl the address of its picture
     * @param additional anything else
     */
    @Operation(value = "says what a subnet is", right = Operation.Right.SUBNET_OWNER)
    public record SetSubnetIdentity(
            Netuid netuid,
            String subnetName,
            @JsonField(otherwise = NOTHING) String githubRepo,
            @JsonField(otherwise = NOTHING) String subnetContact,
            @JsonField(otherwise = NOTHING) String subnetUrl,
            @JsonField(otherwise = NOTHING) String discord,
            @JsonField(otherwise = NOTHING) String description,
            @JsonField(otherwise = NOTHING) String logoUrl,
            @JsonField(otherwise = NOTHING) String additional)
            implements Intent {
        @Override
        public Draft draft(Planning planning) {
            return Draft.of(call(
                            "set_subnet_identity",
                            Map.of("netuid", netuid),
                            "subnet_name",
                            subnetName,
                            "github_repo",
                            githubRepo,
                            "subnet_contact",
                            subnetContact,
                            "subnet_url",
                            subnetUrl,
                            "discord",
                            discord,
                            "description",
                            description,
                            "logo_url",
                            logoUrl,
                            "additional",
                            additional))
                    .on(netuid)
                    .effect("says that subnet " + netuid + " is \"" + subnetName + "\"");
        }
    }
}
