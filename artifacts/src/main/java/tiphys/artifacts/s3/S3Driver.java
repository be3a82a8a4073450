package tiphys.artifacts.s3;

import tiphys.artifacts.bucket.BucketDriver;
import tiphys.artifacts.driver.Driver;
import tiphys.artifacts.driver.Secrets;

/// `s3`: a bucket of S3, or of what speaks as it does.
public final class S3Driver {
    private S3Driver() {}

    public static Driver of(Secrets secrets) {
        var clients = new Clients(secrets);
        return new BucketDriver(place -> new S3Bucket(clients.of(place), place, Encryption.of(place, secrets)), "key");
    }
}
