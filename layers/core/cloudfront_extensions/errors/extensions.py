"""The catalogue of extensions, and what is deployed of it."""

from __future__ import annotations

from cloudfront_extensions.errors.base import CloudFrontExtensionsError


class ExtensionNotFound(CloudFrontExtensionsError):
    """The catalogue has no extension of this name; the message says which it has."""

    next_action = "Name an extension of the catalogue."


class CatalogDamaged(CloudFrontExtensionsError):
    """The catalogue that lies in the layer, or a template of it, is not the one that was built."""

    next_action = "Write it anew with python -m extensions.catalog, and deploy the application again."


class DeploymentNotFound(CloudFrontExtensionsError):
    """Nothing is deployed under this name, and nothing was."""

    next_action = "List the deployments, and name one of them; the mode deploy makes a new one."


class ExtensionNotDeployable(CloudFrontExtensionsError):
    """CloudFormation does not take an extension's template as it is, or with these parameters; nothing was changed."""

    next_action = "Read CloudFormation's words in the reason, and start again with other parameters or another version."


class ExtensionChangedMeanwhile(CloudFrontExtensionsError):
    """Somebody else changed the stack or a function of a deployment while it was worked on."""

    next_action = "Look who else changes this stack, and start again with a new request token."


class FunctionTestFailed(CloudFrontExtensionsError):
    """A function that is not live yet did not get through an event; what is live is as it was."""

    next_action = "Read the function's words in the reason, and start again with other parameters or another version."
