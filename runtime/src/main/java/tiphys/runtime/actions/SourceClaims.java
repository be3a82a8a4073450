package tiphys.runtime.actions;

/// What is claimed of a `source`.
final class SourceClaims {
    static final String TEXT =
            """
            events.ArtifactLocation honoured s3 configmap git
            events.ArtifactLocation emulated file : a file of the machine that the server runs on
            events.ArtifactLocation emulated url : not of this machine, nor of the addresses that clouds keep for themselves
            events.FileArtifact honoured path
            events.URLArtifact honoured path
            events.URLArtifact ignored verifyCert : certificates are always verified
            events.S3Artifact honoured endpoint bucket region insecure accessKey secretKey caCertificate
            events.S3Bucket honoured name key
            events.GitArtifact honoured url filePath branch tag ref creds sshKeySecret insecureIgnoreHostKey
            events.GitArtifact ignored cloneDirectory : it is cloned anew, into a directory of its own
            events.GitCreds honoured username password
            events.GitArtifact refused remote : name the repository under url
            """;

    private SourceClaims() {}
}
