package io.github.bittensor4j.axon;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.WireFormat;
import io.grpc.Status;
import io.grpc.protobuf.ProtoFileDescriptorSupplier;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What gRPC services an axon serves, as the messages of {@code grpc.reflection} say it. gRPC's own implementation of that service asks the
 * {@code io.grpc.Server} in which it runs, and here is none; the numbers of the fields below are those of its {@code .proto}. Immutable.
 */
final class Schema {
    // fields of ServerReflectionRequest
    private static final int FILE_BY_NAME = 3;
    private static final int FILE_OF_SYMBOL = 4;
    private static final int FILE_OF_EXTENSION = 5;
    private static final int EXTENSIONS_OF_TYPE = 6;
    private static final int LIST_SERVICES = 7;

    // fields of ServerReflectionResponse
    private static final int ORIGINAL_REQUEST = 2;
    private static final int FILES = 4;
    private static final int EXTENSION_NUMBERS = 5;
    private static final int SERVICES = 6;
    private static final int ERROR = 7;

    private final Collection<String> services;
    private final Map<String, FileDescriptor> files = new HashMap<>();
    private final Map<String, FileDescriptor> symbols = new HashMap<>();

    /** By the extended type, then by number. */
    private final Map<String, Map<Integer, FileDescriptor>> extensions = new HashMap<>();

    /**
     * @param served descriptors of the services; one that was not generated from a {@code .proto} is listed, and has no file
     */
    Schema(Collection<io.grpc.ServiceDescriptor> served) {
        services = new TreeSet<>();
        for (io.grpc.ServiceDescriptor each : served) {
            services.add(each.getName());
            if (each.getSchemaDescriptor() instanceof ProtoFileDescriptorSupplier supplier) {
                add(supplier.getFileDescriptor());
            }
        }
    }

    private void add(FileDescriptor file) {
        if (files.putIfAbsent(file.getFullName(), file) != null) {
            return;
        }
        file.getDependencies().forEach(this::add);
        for (ServiceDescriptor service : file.getServices()) {
            symbols.put(service.getFullName(), file);
            for (MethodDescriptor method : service.getMethods()) {
                symbols.put(method.getFullName(), file);
            }
        }
        file.getMessageTypes().forEach(this::add);
        file.getEnumTypes().forEach(this::add);
        file.getExtensions().forEach(this::add);
    }

    private void add(Descriptor type) {
        symbols.put(type.getFullName(), type.getFile());
        type.getNestedTypes().forEach(this::add);
        type.getEnumTypes().forEach(this::add);
        type.getExtensions().forEach(this::add);
    }

    private void add(EnumDescriptor type) {
        symbols.put(type.getFullName(), type.getFile());
    }

    private void add(FieldDescriptor extension) {
        symbols.put(extension.getFullName(), extension.getFile());
        extensions
                .computeIfAbsent(extension.getContainingType().getFullName(), type -> new TreeMap<>())
                .put(extension.getNumber(), extension.getFile());
    }

    /**
     * Answers a {@code ServerReflectionRequest}.
     *
     * @param request its bytes
     * @return a {@code ServerReflectionResponse}, or empty when the bytes are no such request
     */
    Optional<byte[]> answer(byte[] request) {
        CodedInputStream in = CodedInputStream.newInstance(request);
        int asked = 0;
        String name = "";
        int number = 0;
        try {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                int field = WireFormat.getTagFieldNumber(tag);
                boolean text = WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
                if (text && field == FILE_OF_EXTENSION) {
                    int end = in.pushLimit(in.readRawVarint32());
                    name = "";
                    number = 0;
                    for (int inner = in.readTag(); inner != 0; inner = in.readTag()) {
                        if (inner == (1 << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED)) {
                            name = in.readStringRequireUtf8();
                        } else if (inner == 2 << 3) {
                            number = in.readInt32();
                        } else if (!in.skipField(inner)) {
                            return Optional.empty();
                        }
                    }
                    in.popLimit(end);
                    asked = field;
                } else if (text && field >= FILE_BY_NAME && field <= LIST_SERVICES) {
                    name = in.readStringRequireUtf8();
                    asked = field;
                } else if (!in.skipField(tag)) {
                    return Optional.empty();
                }
            }
        } catch (IOException e) {
            return Optional.empty();
        }
        String symbol = name;
        int extension = number;
        return switch (asked) {
            case FILE_BY_NAME -> Optional.of(file(request, files.get(symbol)));
            case FILE_OF_SYMBOL -> Optional.of(file(request, symbols.get(symbol)));
            case FILE_OF_EXTENSION ->
                Optional.of(
                        file(request, extensions.getOrDefault(symbol, Map.of()).get(extension)));
            case EXTENSIONS_OF_TYPE ->
                Optional.of(
                        symbols.containsKey(symbol)
                                ? written(
                                        request,
                                        EXTENSION_NUMBERS,
                                        numbers(symbol, extensions.getOrDefault(symbol, Map.of())))
                                : notFound(request));
            case LIST_SERVICES ->
                Optional.of(written(request, SERVICES, out -> {
                    for (String service : services) {
                        out.writeByteArray(1, message(each -> each.writeString(1, service)));
                    }
                }));
            default -> Optional.empty();
        };
    }

    private static Writing numbers(String type, Map<Integer, FileDescriptor> extended) {
        return out -> {
            out.writeString(1, type);
            for (int number : extended.keySet()) {
                out.writeInt32(2, number);
            }
        };
    }

    /** The file and what it needs, so that nothing more has to be asked. */
    private static byte[] file(byte[] request, @Nullable FileDescriptor found) {
        if (found == null) {
            return notFound(request);
        }
        Map<String, ByteString> all = new LinkedHashMap<>();
        collect(found, all);
        return written(request, FILES, out -> {
            for (ByteString each : all.values()) {
                out.writeBytes(1, each);
            }
        });
    }

    private static void collect(FileDescriptor file, Map<String, ByteString> all) {
        if (all.putIfAbsent(file.getFullName(), file.toProto().toByteString()) == null) {
            file.getDependencies().forEach(needed -> collect(needed, all));
        }
    }

    private static byte[] notFound(byte[] request) {
        return written(request, ERROR, out -> {
            out.writeInt32(1, Status.Code.NOT_FOUND.value());
            out.writeString(2, "this axon serves nothing of that name");
        });
    }

    private static byte[] written(byte[] request, int field, Writing body) {
        return message(out -> {
            out.writeByteArray(ORIGINAL_REQUEST, request);
            out.writeByteArray(field, message(body));
        });
    }

    private interface Writing {
        void to(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Writing body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            body.to(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("into memory", e);
        }
        return bytes.toByteArray();
    }
}
