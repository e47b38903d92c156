# An honest look-alike.
import discord
client = discord.Client()
