"""The SOAP channel: envelope, WSDL and dispatch, and nothing of what a message means."""

from soap import spyne_shim

# Here and not at each use: whoever imports spyne inside this package has passed this line.
spyne_shim.install()
