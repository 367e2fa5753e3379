"""Signed PDFs as they come: made here, with certificates of our own making."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

#: what a certificate may be used for: signing agreements, or signing other certificates
USES = (
    "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
    "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
)  # fmt: skip


def _usage(*wanted: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{use: use in wanted for use in USES})


def _name(common: str) -> x509.Name:
    organisation = x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Pemerintah Contoh")
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common), organisation])


@dataclass(frozen=True, kw_only=True)
class Authority:
    """A root that signs certificates, and the moment around which all of them are valid."""

    name: str
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate
    now: datetime

    @classmethod
    def founded(cls, name: str, now: datetime) -> Authority:
        key = ec.generate_private_key(ec.SECP256R1())
        made = _certificate(name, key.public_key(), name, key, now, is_root=True)
        return cls(name=name, key=key, certificate=made, now=now)

    def trust_in(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        pem = self.certificate.public_bytes(serialization.Encoding.PEM)
        (folder / f"{self.name}.pem").write_bytes(pem)

    def signer(self, name: str) -> signers.SimpleSigner:
        from pyhanko.keys.internal import (
            translate_pyca_cryptography_cert_to_asn1,
            translate_pyca_cryptography_key_to_asn1,
        )
        from pyhanko_certvalidator.registry import SimpleCertificateStore

        key = ec.generate_private_key(ec.SECP256R1())
        made = _certificate(name, key.public_key(), self.name, self.key, self.now)
        store = SimpleCertificateStore()
        store.register(translate_pyca_cryptography_cert_to_asn1(self.certificate))
        return signers.SimpleSigner(
            signing_cert=translate_pyca_cryptography_cert_to_asn1(made),
            signing_key=translate_pyca_cryptography_key_to_asn1(key),
            cert_registry=store,
        )


def _certificate(
    name: str,
    public: ec.EllipticCurvePublicKey,
    issuer: str,
    key: ec.EllipticCurvePrivateKey,
    now: datetime,
    *,
    is_root: bool = False,
) -> x509.Certificate:
    uses = ("key_cert_sign", "crl_sign") if is_root else ("digital_signature", "content_commitment")
    return (
        x509.CertificateBuilder()
        .subject_name(_name(name))
        .issuer_name(_name(issuer))
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(now + timedelta(days=300))
        .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
        .add_extension(_usage(*uses), critical=True)
        .sign(key, hashes.SHA256())
    )


def sign(pdf: bytes, signer: signers.SimpleSigner, field: str = "TandaTangan1") -> bytes:
    """The PDF with one signature more."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    about = signers.PdfSignatureMetadata(field_name=field, subfilter=fields.SigSeedSubFilter.PADES)
    # in a thread of its own: where a browser was driven before, this one has an event loop
    with ThreadPoolExecutor(1) as pool:
        made = pool.submit(signers.sign_pdf, writer, about, signer=signer).result()
    return bytes(made.getvalue())


def alter(pdf: bytes) -> bytes:
    """The PDF with another page size, added behind the signature as a program would save it."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/MediaBox"] = generic.ArrayObject(map(generic.NumberObject, (0, 0, 500, 500)))
    writer.update_container(page)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()
