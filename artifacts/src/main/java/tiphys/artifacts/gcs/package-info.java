/// Buckets of Google Cloud Storage, over its JSON API. Start at [tiphys.artifacts.gcs.GcsBucket].
@NullMarked
package tiphys.artifacts.gcs;

import org.jspecify.annotations.NullMarked;
