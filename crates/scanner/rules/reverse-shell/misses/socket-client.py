import socket


def ask(host, port, line):
    with socket.create_connection((host, port)) as connection:
        connection.sendall(line)
        return connection.recv(4096)
