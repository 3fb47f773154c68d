"""Forms of entering."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

SHORTEST_PASSWORD = 12


class SignInForm(FlaskForm):
    """Login and password."""

    login = StringField(
        "Логин",
        validators=[InputRequired("Введите логин"), Length(max=60, message="Логин не длиннее 60 знаков")],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        "Пароль",
        validators=[InputRequired("Введите пароль"), Length(max=200, message="Пароль не длиннее 200 знаков")],
        render_kw={"autocomplete": "current-password"},
    )


class PasswordForm(FlaskForm):
    """A new password of one's own."""

    present = PasswordField(
        "Нынешний пароль",
        validators=[InputRequired("Введите нынешний пароль"), Length(max=200)],
        render_kw={"autocomplete": "current-password"},
    )
    new = PasswordField(
        "Новый пароль",
        validators=[
            InputRequired("Введите новый пароль"),
            Length(min=SHORTEST_PASSWORD, max=128, message=f"Пароль – от {SHORTEST_PASSWORD} до 128 знаков"),
        ],
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        "Новый пароль ещё раз",
        validators=[EqualTo("new", "Пароли не совпадают")],
        render_kw={"autocomplete": "new-password"},
    )
