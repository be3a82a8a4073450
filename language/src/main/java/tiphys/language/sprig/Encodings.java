package tiphys.language.sprig;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.Adler32;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import tiphys.language.EvaluationFailed;
import tiphys.language.value.Plain;

/// Texts as other texts: encodings, sums, addresses, paths, ciphers.
final class Encodings {
    private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int BLOCK = 16;
    private static final int KEY = 32;
    private static final String PLAIN_IN_PATHS = "-_.~$&+,/:;=@!'()*";
    private static final String PLAIN_IN_FRAGMENTS = PLAIN_IN_PATHS + "?";

    private Encodings() {}

    static void add(Sprig.Registry all) {
        all.put("b64enc", "s", a -> a.made(Base64.getEncoder().encodeToString(bytes(a, 0))));
        all.put("b64dec", "s", Encodings::base64);
        all.put("b32enc", "s", a -> base32(bytes(a, 0), a));
        all.put("b32dec", "s", Encodings::fromBase32);
        all.put("sha1sum", "s", a -> sum("SHA-1", a));
        all.put("sha256sum", "s", a -> sum("SHA-256", a));
        all.put("sha512sum", "s", a -> sum("SHA-512", a));
        all.put("adler32sum", "s", Encodings::adler);
        all.put("encryptAES", "ss", Encodings::encrypted);
        all.put("decryptAES", "ss", Encodings::decrypted);
        all.put("base osBase", "s", a -> base(a.made(a.text(0))));
        all.put("dir osDir", "s", a -> clean(a.text(0).substring(0, a.text(0).lastIndexOf('/') + 1), a));
        all.put("clean osClean", "s", a -> clean(a.text(0), a));
        all.put("ext osExt", "s", a -> extension(a.text(0)));
        all.put("isAbs osIsAbs", "s", a -> a.text(0).startsWith("/"));
        all.put("urlParse", "s", Encodings::address);
        all.put("urlJoin", "m", Encodings::joined);
    }

    private static byte[] bytes(Arguments a, int index) {
        return a.made(a.text(index)).getBytes(StandardCharsets.UTF_8);
    }

    private static String text(byte[] bytes, Arguments a) {
        return a.made(new String(bytes, StandardCharsets.UTF_8));
    }

    /// What it stands for, or the reason why it stands for nothing, as Sprig has it.
    private static String base64(Arguments a) {
        var text = a.text(0).replace("\n", "").replace("\r", "");
        try {
            if (text.length() % 4 != 0) {
                throw new IllegalArgumentException();
            }
            return text(Base64.getDecoder().decode(text), a);
        } catch (IllegalArgumentException _) {
            return "illegal base64 data at input byte " + wrong(text);
        }
    }

    private static int wrong(String text) {
        int at = 0;
        while (at < text.length()
                && (Character.isLetterOrDigit(text.charAt(at)) || "+/".indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        return at < text.length() ? at : at - at % 4;
    }

    private static String base32(byte[] bytes, Arguments a) {
        a.budget().make(2L * bytes.length + 8);
        var out = new StringBuilder();
        long held = 0;
        int bits = 0;
        for (byte one : bytes) {
            held = (held << 8 | (one & 0xff)) & 0xfffff;
            bits += 8;
            while (bits >= 5) {
                bits -= 5;
                out.append(BASE32.charAt((int) (held >> bits) & 31));
            }
        }
        if (bits > 0) {
            out.append(BASE32.charAt((int) (held << (5 - bits)) & 31));
        }
        while (out.length() % 8 != 0) {
            out.append('=');
        }
        return out.toString();
    }

    private static String fromBase32(Arguments a) {
        var text = a.text(0).replace("\n", "").replace("\r", "");
        int end = text.indexOf('=');
        var plain = end < 0 ? text : text.substring(0, end);
        boolean padded = end < 0 || text.substring(end).matches("(={6}|={4}|={3}|=)");
        var bytes = new byte[plain.length() * 5 / 8];
        a.budget().make(bytes.length);
        long held = 0;
        int bits = 0;
        int to = 0;
        for (int i = 0; i < plain.length(); i++) {
            int digit = BASE32.indexOf(plain.charAt(i));
            if (digit < 0) {
                return "illegal base32 data at input byte " + i;
            }
            held = (held << 5 | digit) & 0xfff;
            bits += 5;
            if (bits >= 8) {
                bits -= 8;
                bytes[to++] = (byte) (held >> bits);
            }
        }
        if (text.length() % 8 != 0 || !padded) {
            return "illegal base32 data at input byte " + (end < 0 ? text.length() : end);
        }
        return text(bytes, a);
    }

    private static String sum(String algorithm, Arguments a) {
        try {
            return a.made(HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes(a, 0))));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(algorithm, e);
        }
    }

    private static String adler(Arguments a) {
        var sum = new Adler32();
        sum.update(bytes(a, 0));
        return Long.toString(sum.getValue());
    }

    private static SecretKeySpec key(Arguments a) {
        return new SecretKeySpec(Arrays.copyOf(bytes(a, 0), KEY), "AES");
    }

    private static String encrypted(Arguments a) {
        if (a.text(1).isEmpty()) {
            return "";
        }
        a.budget().make(BLOCK);
        var start = Chance.random(a).bytes(BLOCK);
        try {
            var cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
            cipher.init(Cipher.ENCRYPT_MODE, key(a), new IvParameterSpec(start));
            var content = cipher.doFinal(bytes(a, 1));
            var all = Arrays.copyOf(start, BLOCK + content.length);
            System.arraycopy(content, 0, all, BLOCK, content.length);
            return a.made(Base64.getEncoder().encodeToString(all));
        } catch (GeneralSecurityException e) {
            throw new EvaluationFailed("encryptAES: " + e.getMessage());
        }
    }

    private static String decrypted(Arguments a) {
        if (a.text(1).isEmpty()) {
            return "";
        }
        try {
            var all = Base64.getDecoder().decode(a.made(a.text(1)));
            if (all.length < 2 * BLOCK) {
                throw new EvaluationFailed("decryptAES: the text is too short");
            }
            var cipher = Cipher.getInstance("AES/CBC/PKCS5Padding");
            cipher.init(Cipher.DECRYPT_MODE, key(a), new IvParameterSpec(all, 0, BLOCK));
            return text(cipher.doFinal(all, BLOCK, all.length - BLOCK), a);
        } catch (GeneralSecurityException | IllegalArgumentException _) {
            throw new EvaluationFailed("decryptAES: the text or the password is wrong");
        }
    }

    private static String base(String path) {
        if (path.isEmpty()) {
            return ".";
        }
        int end = path.length();
        while (end > 0 && path.charAt(end - 1) == '/') {
            end--;
        }
        return end == 0 ? "/" : path.substring(path.lastIndexOf('/', end - 1) + 1, end);
    }

    private static String extension(String path) {
        int dot = path.lastIndexOf('.');
        return dot > path.lastIndexOf('/') ? path.substring(dot) : "";
    }

    /// The shortest path for the same place.
    private static String clean(String path, Arguments a) {
        a.budget().make(path.length());
        boolean rooted = path.startsWith("/");
        var kept = new java.util.ArrayDeque<String>();
        for (var part : path.split("/", -1)) {
            if (part.isEmpty() || part.equals(".")) {
                continue;
            }
            if (!part.equals("..")) {
                kept.addLast(part);
            } else if (!kept.isEmpty() && !kept.getLast().equals("..")) {
                kept.removeLast();
            } else if (!rooted) {
                kept.addLast(part);
            }
        }
        var joined = String.join("/", kept);
        return rooted ? "/" + joined : joined.isEmpty() ? "." : joined;
    }

    /// The parts of an address.
    private static Map<String, @Nullable Object> address(Arguments a) {
        var rest = a.made(a.text(0));
        for (int i = 0; i < rest.length(); i++) {
            if (rest.charAt(i) < ' ' || rest.charAt(i) == 0x7f) {
                throw wrong(a.text(0), "net/url: invalid control character in URL");
            }
        }
        var parts = new LinkedHashMap<String, @Nullable Object>();
        int hash = rest.indexOf('#');
        var fragment = hash < 0 ? "" : unescaped(rest.substring(hash + 1), a);
        rest = hash < 0 ? rest : rest.substring(0, hash);
        var scheme = "";
        var found = java.util.regex.Pattern.compile("([a-zA-Z][a-zA-Z0-9+.-]*):").matcher(rest);
        if (found.lookingAt()) {
            scheme = found.group(1).toLowerCase(java.util.Locale.ROOT);
            rest = rest.substring(found.end());
        } else if (rest.startsWith(":")) {
            throw wrong(a.text(0), "missing protocol scheme");
        }
        int mark = rest.indexOf('?');
        var query = mark < 0 ? "" : rest.substring(mark + 1);
        rest = mark < 0 ? rest : rest.substring(0, mark);
        var opaque = "";
        if (!scheme.isEmpty() && !rest.startsWith("/") && !rest.isEmpty()) {
            opaque = rest;
            rest = "";
        } else if (scheme.isEmpty() && rest.split("/", 2)[0].contains(":")) {
            throw wrong(a.text(0), "first path segment in URL cannot contain colon");
        }
        var user = "";
        var host = "";
        if (rest.startsWith("//") && (!scheme.isEmpty() || !rest.startsWith("///"))) {
            int end = rest.indexOf('/', 2);
            host = end < 0 ? rest.substring(2) : rest.substring(2, end);
            rest = end < 0 ? "" : rest.substring(end);
            int at = host.lastIndexOf('@');
            user = at < 0 ? "" : host.substring(0, at);
            host = host.substring(at + 1);
        }
        int colon = host.lastIndexOf(':');
        boolean port = colon > host.lastIndexOf(']');
        if (port && !host.substring(colon + 1).matches("[0-9]*")) {
            throw wrong(a.text(0), "invalid port \"" + host.substring(colon) + "\" after host");
        }
        var name = port ? host.substring(0, colon) : host;
        parts.put("scheme", scheme);
        parts.put("host", unescaped(host, a));
        parts.put("hostname", name.startsWith("[") && name.endsWith("]") ? name.substring(1, name.length() - 1) : name);
        parts.put("path", unescaped(rest, a));
        parts.put("query", query);
        parts.put("opaque", opaque);
        parts.put("fragment", fragment);
        parts.put("userinfo", user);
        return parts;
    }

    private static EvaluationFailed wrong(String text, String why) {
        return new EvaluationFailed("unable to parse url: parse \"" + text + "\": " + why);
    }

    private static String unescaped(String text, Arguments a) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        var out = new java.io.ByteArrayOutputStream();
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '%') {
                out.write(bytes[i]);
                continue;
            }
            int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
            int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                var escape = new String(bytes, i, Math.min(3, bytes.length - i), StandardCharsets.UTF_8);
                throw wrong(a.text(0), "invalid URL escape \"" + escape + "\"");
            }
            out.write(high << 4 | low);
            i += 2;
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private static String joined(Arguments a) {
        var map = a.map(0);
        var out = new StringBuilder();
        var scheme = part(map, "scheme");
        var host = part(map, "host");
        var user = part(map, "userinfo");
        var path = part(map, "path");
        var opaque = part(map, "opaque");
        out.append(scheme).append(scheme.isEmpty() ? "" : ":");
        if (!opaque.isEmpty()) {
            out.append(opaque);
        } else {
            if (!scheme.isEmpty() || !host.isEmpty() || !user.isEmpty()) {
                if (!host.isEmpty() || !path.isEmpty() || !user.isEmpty()) {
                    out.append("//");
                }
                out.append(user).append(user.isEmpty() ? "" : "@").append(host);
            }
            var written = escaped(path, PLAIN_IN_PATHS);
            out.append(!written.isEmpty() && !written.startsWith("/") && !host.isEmpty() ? "/" : "").append(written);
        }
        var query = part(map, "query");
        var fragment = part(map, "fragment");
        out.append(query.isEmpty() ? "" : "?").append(query);
        out.append(fragment.isEmpty() ? "" : "#").append(escaped(fragment, PLAIN_IN_FRAGMENTS));
        return a.made(out.toString());
    }

    private static String part(Map<String, @Nullable Object> map, String key) {
        if (!map.containsKey(key)) {
            return "";
        }
        if (map.get(key) instanceof String text) {
            return text;
        }
        throw new EvaluationFailed(
                "unable to parse " + key + " key, must be of type string, but " + Plain.kind(map.get(key)) + " found");
    }

    private static String escaped(String text, String plain) {
        var out = new StringBuilder();
        for (byte one : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (one & 0xff);
            boolean letter = c < 0x80 && Character.isLetterOrDigit(c);
            if (letter || plain.indexOf(c) >= 0) {
                out.append(c);
            } else {
                out.append('%').append(HexFormat.of().withUpperCase().toHexDigits(one));
            }
        }
        return out.toString();
    }
}
