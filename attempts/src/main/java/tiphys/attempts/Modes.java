package tiphys.attempts;

import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/// The rights of files, as numbers in a manifest or an archive and as what they mean.
public final class Modes {
    private static final int USUAL = 0644;

    private static final PosixFilePermission[] BITS = {
        PosixFilePermission.OTHERS_EXECUTE,
        PosixFilePermission.OTHERS_WRITE,
        PosixFilePermission.OTHERS_READ,
        PosixFilePermission.GROUP_EXECUTE,
        PosixFilePermission.GROUP_WRITE,
        PosixFilePermission.GROUP_READ,
        PosixFilePermission.OWNER_EXECUTE,
        PosixFilePermission.OWNER_WRITE,
        PosixFilePermission.OWNER_READ
    };

    private Modes() {}

    /// The rights of a volume's file: its own, else its volume's, else 0644, which is Kubernetes' default.
    ///
    /// @param modes by `VOLUME/PATH` and by `VOLUME`
    /// @param file `VOLUME/PATH`
    public static Set<PosixFilePermission> of(Map<String, Integer> modes, String file) {
        var volume = file.substring(0, file.indexOf('/'));
        return rights(modes.getOrDefault(file, modes.getOrDefault(volume, USUAL)));
    }

    /// What the lowest nine bits of a mode mean.
    public static Set<PosixFilePermission> rights(int mode) {
        var rights = EnumSet.noneOf(PosixFilePermission.class);
        for (int bit = 0; bit < BITS.length; bit++) {
            if ((mode >> bit & 1) == 1) {
                rights.add(BITS[bit]);
            }
        }
        return rights;
    }
}
