package tiphys.grpc;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.StatusRuntimeException;
import io.grpc.okhttp.OkHttpChannelBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import tiphys.connectors.line.HostPort;
import tiphys.connectors.tls.Certificates;
import tiphys.connectors.tls.Certificates.Pem;

/// A server, and how it is spoken to.
///
/// @param secure whether over TLS
/// @param authority who signed the server's certificate; those that the JDK believes if there is none
/// @param name that the certificate must have, if not the server's; empty if it is that
record Target(HostPort server, boolean secure, Optional<Pem> authority, String name) {
    private static final int LARGEST = 32 << 20;

    /// A connection that says nothing for so long is asked whether it is still there; servers take that every five minutes.
    private static final Duration ASK = Duration.ofMinutes(6);

    /// Bytes as they are: who calls reads and writes them.
    private static final MethodDescriptor.Marshaller<byte[]> BYTES =
            new MethodDescriptor.Marshaller<>() {
                @Override
                public InputStream stream(byte[] message) {
                    return new ByteArrayInputStream(message);
                }

                @Override
                public byte[] parse(InputStream stream) {
                    try {
                        return stream.readAllBytes();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            };

    /// Connects when it is first used.
    ///
    /// @throws IOException if the certificate of the authority cannot be read
    ManagedChannel open() throws IOException {
        var channel =
                OkHttpChannelBuilder.forAddress(server.host(), server.port())
                        .userAgent("tiphys")
                        .keepAliveTime(ASK.toMinutes(), TimeUnit.MINUTES)
                        .maxInboundMessageSize(LARGEST);
        if (!secure) {
            return channel.usePlaintext().build();
        }
        try {
            var context = Certificates.context(authority, Optional.empty(), Optional.empty(), false);
            channel.sslSocketFactory(context.getSocketFactory());
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificate cannot be used: " + e.getMessage(), e);
        }
        return (name.isEmpty() ? channel : channel.overrideAuthority(name)).build();
    }

    static MethodDescriptor<byte[], byte[]> method(MethodType type, String service, String name) {
        return MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(type)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(service, name))
                .setRequestMarshaller(BYTES)
                .setResponseMarshaller(BYTES)
                .build();
    }

    static Metadata.Key<String> header(String name) {
        return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
    }

    /// What went wrong, in words.
    String words(StatusRuntimeException failure) {
        var status = failure.getStatus();
        var why = Optional.ofNullable(status.getDescription()).orElse("");
        var cause =
                Optional.ofNullable(status.getCause()).map(Throwable::getMessage).filter(word -> !why.contains(word));
        return (server + " says " + status.getCode() + " " + why + cause.map(word -> ": " + word).orElse(""))
                .replace('\n', ' ')
                .strip();
    }
}
