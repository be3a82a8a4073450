package tiphys.events.action;

import java.io.IOException;
import tiphys.manifest.Value;

/// Fetches texts from where a manifest's `source` says they are: `s3`, `git`, `url`, `file`, `configmap`. Blocks, with a bounded wait.
public interface Texts {
    /// How long a text may be.
    int LONGEST = 1 << 20;

    /// @param location an `ArtifactLocation`
    /// @param values of the sensor's namespace
    /// @throws IOException if it could not be reached
    /// @throws TriggerFailed if it is not there, or may not be read
    String fetch(Value.Mapping location, Request.Values values) throws IOException, InterruptedException, TriggerFailed;
}
