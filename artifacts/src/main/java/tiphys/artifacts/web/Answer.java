package tiphys.artifacts.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import tiphys.artifacts.web.Download.Piece;
import tiphys.engine.Artifacts.Content;
import tiphys.engine.Artifacts.Trouble;
import tiphys.manifest.InvalidInput;
import tiphys.manifest.Json;
import tiphys.manifest.Value;

/// What a server answered. To be closed.
public record Answer(int status, HttpHeaders headers, InputStream body) implements AutoCloseable {
    private static final int LARGEST = 16 << 20;
    private static final int SHOWN = 500;
    private static final Pattern RANGE = Pattern.compile("bytes (\\d+)-\\d*/(\\d+|\\*)");
    private static final int PARTIAL = 206;

    /// Whether it did what it was asked for.
    public boolean fine() {
        return status / 100 == 2;
    }

    public Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    /// How many bytes the body has; empty if that is not known before they are read.
    public OptionalLong length() {
        return headers.firstValueAsLong("Content-Length");
    }

    /// The whole body, which is small.
    ///
    /// @throws Trouble if it is not small, or breaks off
    public String text() throws Trouble {
        try {
            var bytes = body.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST) {
                throw new Trouble(Trouble.Kind.REFUSED, "the server answered more than 16 MiB where a list belongs");
            }
            return new String(bytes, UTF_8);
        } catch (Trouble e) {
            throw e;
        } catch (IOException e) {
            throw new Trouble(Trouble.Kind.UNAVAILABLE, "the server's answer broke off: " + e.getMessage(), e);
        }
    }

    /// The body as JSON.
    public Value.Mapping json() throws Trouble {
        var text = text();
        try {
            return Json.parse(text) instanceof Value.Mapping object ? object : Value.Mapping.EMPTY;
        } catch (InvalidInput e) {
            throw new Trouble(Trouble.Kind.REFUSED, "the server answered no JSON but " + shortened(text), e);
        }
    }

    /// The body as XML.
    public Xml xml() throws Trouble {
        return Xml.parse(text());
    }

    static String shortened(String text) {
        var line = text.strip();
        return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "…";
    }

    /// What an answer that is not [#fine] means.
    public Trouble.Kind kind() {
        return switch (status) {
            case 404 -> Trouble.Kind.MISSING;
            case 408, 429 -> Trouble.Kind.UNAVAILABLE;
            default -> status >= 500 ? Trouble.Kind.UNAVAILABLE : Trouble.Kind.REFUSED;
        };
    }

    /// What came of a file, if it was asked for from a byte on or as a whole.
    ///
    /// @param version changes when the file does; empty if that is not known
    /// @param sum of the whole file, if the server knows it
    public Piece piece(String version, Optional<Checksum.Expected> sum) {
        var range = RANGE.matcher(header("Content-Range").orElse(""));
        if (status == PARTIAL && range.matches()) {
            var whole =
                    range.group(2).equals("*") ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(range.group(2)));
            return new Piece(body, Long.parseLong(range.group(1)), whole, version, sum);
        }
        return new Piece(body, 0, length(), version, sum);
    }

    /// What came of a file, as [#piece] for somebody who reads it at once.
    public Content content() {
        var piece = piece("", Optional.empty());
        return piece.whole().isPresent()
                ? new Content(body, piece.whole(), piece.from())
                : new Content(body, OptionalLong.empty());
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
