package tiphys.connectors.aws;

/// Who makes a request to AWS.
///
/// @param sessionToken empty if there is none
record Credentials(String accessKey, String secretKey, String sessionToken) {
    /// Not the secrets.
    @Override
    public String toString() {
        return accessKey;
    }
}
