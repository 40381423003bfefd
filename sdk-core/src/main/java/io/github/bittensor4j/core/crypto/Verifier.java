package io.github.bittensor4j.core.crypto;

import io.github.bittensor4j.core.AccountId;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What both schemes share: a signature is a commitment R and a scalar s, and holds when s B - k A is R, where A is the signer's key
 * and k the hash that ties them to the message. One object for a scheme, which keeps its known keys. Thread-safe.
 */
abstract class Verifier {
    static final int SIGNATURE = 64;

    /** The most signatures in one equation; it bounds the memory, and what one forged signature makes to be done again. */
    static final int BATCH = 64;

    private static final int COEFFICIENT = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final KnownKeys knownKeys = new KnownKeys();

    /** The scalar of a signature of the right length, if it has one below the order. */
    abstract Optional<byte[]> scalar(byte[] signature);

    /** The hash over commitment, key and message, below the order. */
    abstract byte[] challenge(byte[] publicKey, byte[] message, byte[] signature);

    /** The points of encodings, where they have one; to decode them together is cheaper. */
    abstract List<Optional<Point>> decode(List<byte[]> encodings);

    /** s B - k A, or what {@link #encode} takes in its place. */
    abstract Point difference(byte[] s, byte[] k, Comb key);

    abstract Point difference(byte[] s, byte[] k, Point key);

    /** The encodings of the differences; to encode them together is cheaper. */
    abstract byte[][] encode(Point... differences);

    /** The verdict where the encoding of the difference is not the commitment's. */
    abstract boolean holdsOtherwise(Point difference, byte[] commitment);

    /** Whether a sum of differences, less the commitments, is nothing to this scheme. */
    abstract boolean isNothing(Point sum);

    boolean verify(AccountId who, byte[] message, byte[] signature) {
        Optional<Claim> read = read(0, who, message, signature);
        read.filter(claim -> claim.comb.isEmpty()).ifPresent(claim -> decodeKeys(List.of(claim)));
        if (read.isEmpty() || !read.get().hasKey()) {
            return false;
        }
        Claim claim = read.get();
        Point difference = claim.difference();
        return claim.judge(difference, encode(difference)[0]);
    }

    /** The verdict of {@link #verify} for each. */
    boolean[] verify(List<Signed> all) {
        boolean[] verdicts = new boolean[all.size()];
        List<Claim> known = new ArrayList<>();
        List<Claim> strange = new ArrayList<>();
        for (int i = 0; i < verdicts.length; i++) {
            Signed signed = all.get(i);
            read(i, signed.who(), signed.message(), signed.signature())
                    .ifPresent(claim -> (claim.comb.isPresent() ? known : strange).add(claim));
        }
        judgeEach(known, verdicts);
        decodeKeys(strange);
        List<Claim> strangers = strange.stream().filter(Claim::hasKey).toList();
        for (int from = 0; from < strangers.size(); from += BATCH) {
            List<Claim> batch = strangers.subList(from, Math.min(strangers.size(), from + BATCH));
            if (batch.size() > 1 && allHold(batch)) {
                for (Claim claim : batch) {
                    verdicts[claim.index] = true;
                    claim.good();
                }
            } else {
                judgeEach(batch, verdicts);
            }
        }
        return verdicts;
    }

    private void judgeEach(List<Claim> claims, boolean[] verdicts) {
        Point[] differences = new Point[claims.size()];
        for (int i = 0; i < differences.length; i++) {
            differences[i] = claims.get(i).difference();
        }
        byte[][] encoded = encode(differences);
        for (int i = 0; i < differences.length; i++) {
            verdicts[claims.get(i).index] = claims.get(i).judge(differences[i], encoded[i]);
        }
    }

    private Optional<Claim> read(int index, AccountId who, byte[] message, byte[] signature) {
        return (signature.length == SIGNATURE ? scalar(signature) : Optional.<byte[]>empty()).map(s -> {
            byte[] k = challenge(who.bytes(), message, signature);
            return new Claim(index, who, knownKeys.find(who), s, k, signature);
        });
    }

    private void decodeKeys(List<Claim> strange) {
        List<Optional<Point>> keys =
                decode(strange.stream().map(claim -> claim.who.bytes()).toList());
        for (int i = 0; i < keys.size(); i++) {
            strange.get(i).key = keys.get(i);
        }
    }

    /**
     * Whether all of them hold, but for one chance in 2^127: the sum of all differences less commitments, each taken a random number
     * of times that nobody knows beforehand, is nothing. The group that is left once a scheme has dropped its cofactor has prime
     * order, so what is wrong with one signature can not be undone by another but by guessing these numbers.
     */
    private boolean allHold(List<Claim> claims) {
        List<Optional<Point>> commitments = decode(claims.stream()
                .map(claim -> Arrays.copyOf(claim.signature, Scalar.LENGTH))
                .toList());
        if (commitments.stream().anyMatch(Optional::isEmpty)) {
            return false;
        }
        List<Multiples.Term> terms = new ArrayList<>();
        byte[] random = new byte[COEFFICIENT * claims.size()];
        RANDOM.nextBytes(random);
        byte[] forBase = new byte[Scalar.LENGTH];
        for (int i = 0; i < claims.size(); i++) {
            Claim claim = claims.get(i);
            byte[] z = new byte[Scalar.LENGTH];
            System.arraycopy(random, COEFFICIENT * i, z, 0, COEFFICIENT);
            forBase = Scalar.multiplyAdd(z, claim.s, forBase);
            byte[] forKey = Scalar.multiplyAdd(z, claim.k, new byte[Scalar.LENGTH]);
            terms.add(new Multiples.Term(forKey, claim.key.orElseThrow()));
            terms.add(new Multiples.Term(z, commitments.get(i).orElseThrow()));
        }
        return isNothing(Multiples.difference(forBase, terms));
    }

    /** One signature that may hold: its scalar is in order. Of a stranger, the key is yet to be decoded. */
    private final class Claim {
        private final int index;
        private final AccountId who;
        private final Optional<Comb> comb;
        private final byte[] s;
        private final byte[] k;
        private final byte[] signature;
        private Optional<Point> key = Optional.empty();

        Claim(int index, AccountId who, Optional<Comb> comb, byte[] s, byte[] k, byte[] signature) {
            this.index = index;
            this.who = who;
            this.comb = comb;
            this.s = s;
            this.k = k;
            this.signature = signature;
        }

        boolean hasKey() {
            return comb.isPresent() || key.isPresent();
        }

        Point difference() {
            return comb.map(prepared -> Verifier.this.difference(s, k, prepared))
                    .orElseGet(() -> Verifier.this.difference(s, k, key.orElseThrow()));
        }

        boolean judge(Point difference, byte[] encoded) {
            boolean holds = Arrays.equals(encoded, 0, encoded.length, signature, 0, encoded.length)
                    || holdsOtherwise(difference, Arrays.copyOf(signature, Scalar.LENGTH));
            if (holds) {
                good();
            }
            return holds;
        }

        void good() {
            key.ifPresent(point -> knownKeys.verified(who, point));
        }
    }
}
