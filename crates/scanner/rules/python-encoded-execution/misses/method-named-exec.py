import binascii


def store(session, text):
    session.exec(select(Row).where(Row.key == text))
    return binascii.unhexlify(text)
