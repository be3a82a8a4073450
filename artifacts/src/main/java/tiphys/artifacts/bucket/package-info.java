/// Stores of objects by key, which know neither files nor directories: what all of them do alike with those is in
/// [tiphys.artifacts.bucket.BucketDriver].
@NullMarked
package tiphys.artifacts.bucket;

import org.jspecify.annotations.NullMarked;
