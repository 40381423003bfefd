package io.github.bittensor4j.subtensor;

import io.github.bittensor4j.core.scale.ScaleWriter;
import io.github.bittensor4j.subtensor.MetadataTree.Api;
import io.github.bittensor4j.subtensor.MetadataTree.Array;
import io.github.bittensor4j.subtensor.MetadataTree.Bits;
import io.github.bittensor4j.subtensor.MetadataTree.Compact;
import io.github.bittensor4j.subtensor.MetadataTree.Composite;
import io.github.bittensor4j.subtensor.MetadataTree.Deprecation;
import io.github.bittensor4j.subtensor.MetadataTree.Entry;
import io.github.bittensor4j.subtensor.MetadataTree.EnumRef;
import io.github.bittensor4j.subtensor.MetadataTree.Extrinsic;
import io.github.bittensor4j.subtensor.MetadataTree.Field;
import io.github.bittensor4j.subtensor.MetadataTree.Method;
import io.github.bittensor4j.subtensor.MetadataTree.Pallet;
import io.github.bittensor4j.subtensor.MetadataTree.Primitive;
import io.github.bittensor4j.subtensor.MetadataTree.Sequence;
import io.github.bittensor4j.subtensor.MetadataTree.Shape;
import io.github.bittensor4j.subtensor.MetadataTree.Tuple;
import io.github.bittensor4j.subtensor.MetadataTree.Type;
import io.github.bittensor4j.subtensor.MetadataTree.Variants;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Writes metadata, to the same bytes that it was read from. */
final class MetadataWriter {
    private final ScaleWriter out;
    private final int version;

    MetadataWriter(ScaleWriter out, int version) {
        this.out = out;
        this.version = version;
    }

    void tree(MetadataTree tree) {
        out.u32(MetadataTree.MAGIC).u8(version).compact(tree.types().size());
        for (int i = 0; i < tree.types().size(); i++) {
            type(i, tree.types().get(i));
        }
        list(tree.pallets(), MetadataWriter::pallet);
        extrinsic(tree.extrinsic());
        if (version < 16) {
            out.compact(tree.runtimeType());
        }
        if (version > 14) {
            list(tree.apis(), MetadataWriter::api);
            out.compact(tree.outerCall()).compact(tree.outerEvent()).compact(tree.outerError());
            list(tree.custom(), (w, c) -> w.out.text(c.name()).compact(c.type()).bytes(c.value()));
        }
    }

    private <T> void list(List<T> all, BiConsumer<MetadataWriter, T> element) {
        out.compact(all.size());
        all.forEach(one -> element.accept(this, one));
    }

    private void texts(List<String> texts) {
        list(texts, (w, t) -> w.out.text(t));
    }

    private <T> void option(@Nullable T value, BiConsumer<MetadataWriter, T> writer) {
        out.bool(value != null);
        if (value != null) {
            writer.accept(this, value);
        }
    }

    private void type(int id, Type type) {
        out.compact(id);
        texts(type.path());
        list(type.params(), (w, p) -> {
            w.out.text(p.name());
            w.option(p.type(), (x, t) -> x.out.compact(t));
        });
        shape(type.shape());
        texts(type.docs());
    }

    private void shape(Shape shape) {
        if (shape instanceof Composite composite) {
            out.u8(0);
            list(composite.fields(), MetadataWriter::field);
        } else if (shape instanceof Variants variants) {
            out.u8(1);
            list(variants.variants(), (w, v) -> {
                w.out.text(v.name());
                w.list(v.fields(), MetadataWriter::field);
                w.out.u8(v.index());
                w.texts(v.docs());
            });
        } else if (shape instanceof Sequence sequence) {
            out.u8(2).compact(sequence.element());
        } else if (shape instanceof Array array) {
            out.u8(3).u32(array.length()).compact(array.element());
        } else if (shape instanceof Tuple tuple) {
            out.u8(4);
            list(tuple.elements(), (w, e) -> w.out.compact(e));
        } else if (shape instanceof Primitive primitive) {
            out.u8(5).u8(primitive.kind().ordinal());
        } else if (shape instanceof Compact compact) {
            out.u8(6).compact(compact.inner());
        } else if (shape instanceof Bits bits) {
            out.u8(7).compact(bits.store()).compact(bits.order());
        }
    }

    private void field(Field field) {
        option(field.name(), (w, n) -> w.out.text(n));
        out.compact(field.type());
        option(field.typeName(), (w, n) -> w.out.text(n));
        texts(field.docs());
    }

    private void deprecation(Deprecation deprecation) {
        if (version < 16) {
            return;
        }
        out.u8(deprecation.kind());
        if (deprecation.kind() == 2) {
            out.text(deprecation.note());
            option(deprecation.since(), (w, s) -> w.out.text(s));
        }
    }

    private void enumRef(EnumRef ref) {
        out.compact(ref.type());
        if (version >= 16) {
            list(ref.deprecations(), (w, d) -> {
                w.out.u8(d.variant());
                w.deprecation(d.deprecation());
            });
        }
    }

    private void pallet(Pallet pallet) {
        out.text(pallet.name());
        option(pallet.storage(), (w, s) -> {
            w.out.text(s.prefix());
            w.list(s.entries(), MetadataWriter::entry);
        });
        option(pallet.calls(), MetadataWriter::enumRef);
        option(pallet.events(), MetadataWriter::enumRef);
        list(pallet.constants(), (w, c) -> {
            w.out.text(c.name()).compact(c.type()).bytes(c.value());
            w.texts(c.docs());
            w.deprecation(c.deprecation());
        });
        option(pallet.errors(), MetadataWriter::enumRef);
        if (version >= 16) {
            list(pallet.associated(), (w, a) -> {
                w.out.text(a.name()).compact(a.type());
                w.texts(a.docs());
            });
            list(pallet.views(), (w, v) -> {
                w.out.raw(v.id());
                w.method(v.method());
            });
        }
        out.u8(pallet.index());
        if (version >= 15) {
            texts(pallet.docs());
        }
        deprecation(pallet.deprecation());
    }

    private void entry(Entry entry) {
        out.text(entry.name()).u8(entry.modifier());
        List<Integer> hashers = entry.hashers();
        if (hashers == null) {
            out.u8(0);
        } else {
            out.u8(1);
            list(hashers, (w, h) -> w.out.u8(h));
            out.compact(entry.key());
        }
        out.compact(entry.value()).bytes(entry.fallback());
        texts(entry.docs());
        deprecation(entry.deprecation());
    }

    private void method(Method method) {
        out.text(method.name());
        list(method.inputs(), (w, i) -> w.out.text(i.name()).compact(i.type()));
        out.compact(method.output());
        texts(method.docs());
        deprecation(method.deprecation());
    }

    private void api(Api api) {
        out.text(api.name());
        list(api.methods(), MetadataWriter::method);
        texts(api.docs());
        if (version >= 16) {
            out.compact(api.version());
        }
        deprecation(api.deprecation());
    }

    private void extrinsic(Extrinsic extrinsic) {
        if (version == 14) {
            out.compact(extrinsic.type()).u8(extrinsic.versions().get(0));
        } else if (version == 15) {
            out.u8(extrinsic.versions().get(0))
                    .compact(extrinsic.address())
                    .compact(extrinsic.call())
                    .compact(extrinsic.signature())
                    .compact(extrinsic.extra());
        } else {
            list(extrinsic.versions(), (w, v) -> w.out.u8(v));
            out.compact(extrinsic.address()).compact(extrinsic.call()).compact(extrinsic.signature());
            list(extrinsic.sets(), (w, s) -> {
                w.out.u8(s.version());
                w.list(s.extensions(), (x, e) -> x.out.compact(e));
            });
        }
        list(
                extrinsic.extensions(),
                (w, e) -> w.out.text(e.identifier()).compact(e.extra()).compact(e.additional()));
    }
}
