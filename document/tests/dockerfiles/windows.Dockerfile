# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022
SHELL ["powershell", "-Command"]
RUN Invoke-WebRequest https://example.com/a.zip `
      -OutFile C:\a.zip; `
    Remove-Item C:\a.zip
WORKDIR C:\app
ENV APP_HOME="C:\app" MODE=run
COPY app\ C:\app\
CMD ["app.exe"]
