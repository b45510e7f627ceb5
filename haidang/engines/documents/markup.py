"""Strangers' XML, read so that reading it costs and fetches nothing."""

from lxml import etree

DS = "{http://www.w3.org/2000/09/xmldsig#}"
XADES = "{http://uri.etsi.org/01903/v1.3.2#}"
LARGEST = 20 * 1024 * 1024
_SAFE = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}


class Unreadable(ValueError):
    """What was sent is no XML, or not one that is read here: `why` is broken, unsafe or excessive."""

    def __init__(self, why):
        super().__init__(why)
        self.why = why


def read(content):
    """The root of a document.

    A document with a declaration of types (DTD) is not read at all: entities and attributes by
    default would let a signature and a reader see two different documents.

    Raises    Unreadable
    """
    if len(content) > LARGEST:
        raise Unreadable("excessive")
    try:
        root = etree.fromstring(content, etree.XMLParser(**_SAFE))
    except (etree.XMLSyntaxError, ValueError) as why:
        unsafe = b"<!DOCTYPE" in content[:4096] or b"<!ENTITY" in content[:4096]
        raise Unreadable("unsafe" if unsafe else "broken") from why
    told = root.getroottree().docinfo
    if told.internalDTD is not None or told.externalDTD is not None:
        raise Unreadable("unsafe")
    return root


def canonical(element, *, exclusive=False):
    """An element in canonical form (C14N 1.0), with the namespaces in which it stands."""
    return etree.tostring(alone(element), method="c14n", exclusive=exclusive)


def alone(element):
    """An element as the root of a document of its own, with the namespaces in which it stands."""
    return etree.fromstring(etree.tostring(element, with_tail=False), etree.XMLParser(**_SAFE))


class RightForm:
    """For signxml's classes: an element in canonical form as others make it.

    Below an element whose default namespace was declared further up, libxml2 takes the namespace
    away (`xmlns=""`) when it writes the canonical form of a part of a document. .NET and xmlsec put
    signatures into a default namespace, so that theirs would all seem false.
    """

    def _c14n(self, nodes, algorithm, inclusive_ns_prefixes=None):
        nodes = [alone(one) for one in (nodes if isinstance(nodes, list) else [nodes])]
        return super()._c14n(nodes, algorithm, inclusive_ns_prefixes)

    def _tostring(self, xml_node, **kwargs):
        return super()._tostring(xml_node, **{"with_tail": False} | kwargs)


def local(tag):
    """The name of an element without its namespace; empty for a comment."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""
