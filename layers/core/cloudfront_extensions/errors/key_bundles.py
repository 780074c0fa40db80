"""Certificates with keys that somebody imports."""

from __future__ import annotations

from cloudfront_extensions.errors.base import CloudFrontExtensionsError, InvalidInput


class InvalidKeyBundle(CloudFrontExtensionsError):
    """A staged certificate, key and chain can't be imported; the staged copy is destroyed, for it must be staged anew."""

    next_action = "Stage a corrected bundle, name it in the row, and start a job for it."


class KeyBundleNotPem(InvalidKeyBundle):
    """A bundle is not PEM text, or one of its blocks can't be read."""

    next_action = "Stage the certificate, its private key and its chain as PEM text."


class KeyBundleTooLarge(InvalidKeyBundle):
    """A bundle has more bytes than any certificate with key and chain has."""

    next_action = "Stage one certificate, its private key and the chain between it and its authority, and nothing else."


class CertificateMissing(InvalidKeyBundle):
    """A bundle has no certificate, or none that is not an authority's."""

    next_action = "Stage the certificate for the names besides key and chain."


class SeveralLeafCertificates(InvalidKeyBundle):
    """A bundle has more than one certificate that is not an authority's."""

    next_action = "Stage a bundle for each certificate."


class PrivateKeyMissing(InvalidKeyBundle):
    """A bundle has no private key."""

    next_action = "Stage the private key besides certificate and chain."


class SeveralPrivateKeys(InvalidKeyBundle):
    """A bundle has more than one private key."""

    next_action = "Stage only the key that belongs to the certificate."


class PrivateKeyEncrypted(InvalidKeyBundle):
    """A private key is protected by a passphrase, which ACM does not take."""

    next_action = "Decrypt the key (openssl pkey -in key.pem -out plain.pem), stage that one, and destroy the file."


class PrivateKeyDoesNotMatch(InvalidKeyBundle):
    """The private key is not that of the certificate."""

    next_action = "Find the key that the certificate was requested with, and stage the two together."


class ChainMissing(InvalidKeyBundle):
    """The authority's certificate that signed the leaf, or one further up, is not in the bundle; or the leaf is self-signed."""

    next_action = "Stage the intermediate certificates that the authority gave you with the certificate."


class ChainOutOfOrder(InvalidKeyBundle):
    """The chain is not in order, and more than one order would do, as with cross-signed authorities."""

    next_action = (
        "Put the chain in order, each certificate followed by the one that signed it, leaving out what is not in it."
    )


class ChainDoesNotVerify(InvalidKeyBundle):
    """A certificate of the chain bears the right name but did not sign the one below it, or is no authority's."""

    next_action = "Ask the authority for the chain of this very certificate."


class BundleExpired(InvalidKeyBundle):
    """The certificate, or one of its chain, has expired."""

    next_action = "Get a new certificate and stage that."


class BundleNotYetValid(InvalidKeyBundle):
    """The certificate, or one of its chain, is not valid yet."""

    next_action = "Stage the bundle again when the certificate is valid."


class NoSubjectAlternativeName(InvalidKeyBundle):
    """The certificate names no host at all."""

    next_action = "Get a certificate that names its hosts as subject alternative names."


class OnlyCommonName(InvalidKeyBundle):
    """The certificate names its host as common name alone, which browsers have not looked at since 2017 (RFC 2818, 3.1)."""

    next_action = "Get a certificate that names its hosts as subject alternative names."


class KeyNotSupported(InvalidKeyBundle):
    """CloudFront does not take keys of this type or size."""

    next_action = "Get a certificate for an RSA key of 2048, 3072 or 4096 bits, or an EC key on P-256 (prime256v1)."


class WeakSignature(InvalidKeyBundle):
    """The certificate, or one of its chain, is signed with SHA-1 or weaker, which browsers refuse."""

    next_action = "Get a certificate signed with SHA-256 or better."


class KeyBundleNotFound(CloudFrontExtensionsError):
    """The staged bundle that was named is not there: it was never staged, or has been imported and destroyed."""

    next_action = "Stage the bundle again, name it in the row, and start a job for it."


class KeyBundleNotStaged(InvalidInput):
    """A reference names a place where bundles are not staged: the import task can read nothing else."""

    next_action = (
        "Stage the bundle with python -m cloudfront_extensions.stage_bundle, and give the reference that it prints."
    )


class CertificateBeingImported(CloudFrontExtensionsError):
    """An earlier try, or another item, has just begun to import this very certificate; how that ended is not known yet."""

    next_action = "Start the job again with the same request token; the staged bundle is still there."
    retryable = True


class CertificateNotReplaceable(CloudFrontExtensionsError):
    """The certificate to import again was not imported, or the new one has a key of another type."""

    next_action = "Leave certificateArn out, so that the bundle becomes a new certificate, and attach that one."
