package io.github.bittensor4j.protocol.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoopConnectionTest {
    /** Answers every byte with itself, and takes long over each. */
    private static final class Slow extends LoopConnection {
        private final List<Integer> writtenBefore = new ArrayList<>();

        @Override
        protected void read(ByteBuf in) {
            while (in.isReadable()) {
                int one = in.readByte();
                writtenBefore.add(((EmbeddedChannel) context().channel())
                        .outboundMessages()
                        .size());
                order(() -> out().writeByte(one));
                long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(1);
                while (System.nanoTime() < until) {
                    Thread.onSpinWait();
                }
                between();
            }
        }

        @Override
        protected void writable() {}

        @Override
        protected void gone() {}
    }

    @Test
    void the_answer_to_the_first_of_many_does_not_wait_for_the_work_of_those_behind_it() {
        Slow slow = new Slow();
        EmbeddedChannel channel = new EmbeddedChannel(slow);
        try {
            channel.writeInbound(Unpooled.wrappedBuffer(new byte[] {1, 2, 3}));
            assertThat(slow.writtenBefore).containsExactly(0, 1, 2);
            for (int i = 1; i <= 3; i++) {
                ByteBuf piece = channel.readOutbound();
                assertThat((int) piece.readByte()).isEqualTo(i);
                piece.release();
            }
        } finally {
            channel.finishAndReleaseAll();
        }
    }
}
